-- Marks a session as away or back; the user is away when all sessions are.
-- KEYS  1 account  2 sessions  3 watchers
-- ARGV  1 user  2 session  3 '1' away, '0' back
-- Reply { changed 0 | 1, state, event }
--!include user-common
local previous = presence_state(KEYS[2])
local value = redis.call('HGET', KEYS[2], ARGV[2])
if value then redis.call('HSET', KEYS[2], ARGV[2], ARGV[3] .. string.sub(value, 2)) end
local state, event, changed = tell_watchers(KEYS[1], KEYS[2], KEYS[3], ARGV[1], previous)
return { changed, state, event }
