-- Tells the nodes that watch everybody's presence.
-- KEYS  1 watchers of everybody
-- ARGV  1 event
--!include user-common
announce(KEYS[1], 'V presence * - 0 -', ARGV[1])
return 0
