-- Keeps the status text that presence events carry and tells the watchers.
-- KEYS  1 account  2 sessions  3 watchers
-- ARGV  1 user  2 status as a JSON literal
-- Reply { state, event } or nil when nobody holds the name
--!include user-common
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
redis.call('HSET', KEYS[1], 'status', ARGV[2])
local state, event = tell_watchers(KEYS[1], KEYS[2], KEYS[3], ARGV[1], '')
return { state, event }
