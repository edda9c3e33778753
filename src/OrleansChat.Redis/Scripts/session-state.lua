-- Whether a user is online, and the event that says so. Reads only.
-- KEYS  1 account  2 sessions
-- ARGV  1 user
-- Reply { state, event, last seen }
--!include user-common
local state = presence_state(KEYS[2])
local seen = state == 'offline' and redis.call('HGET', KEYS[1], 'lastSeen') or '0'
return { state, presence_event(KEYS[1], ARGV[1], state), seen }
