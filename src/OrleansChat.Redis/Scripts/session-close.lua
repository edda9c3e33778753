-- Closes a session; the last one takes the user offline and frees a guest's name.
-- KEYS  1 account  2 sessions  3 watchers  4 conversations
-- ARGV  1 user  2 session  3 node of the session, '' for any  4 reclaim ms
-- Reply { removed 0 | 1, changed 0 | 1, state, event, node of the session }
--!include session-common
local value = redis.call('HGET', KEYS[2], ARGV[2])
local node = value and string.match(value, '^%d (%S*) ') or ''
local previous = presence_state(KEYS[2])
if not value or (ARGV[3] ~= '' and node ~= ARGV[3]) then
  return { 0, 0, previous, presence_event(KEYS[1], ARGV[1], previous), '' }
end
close_session(KEYS[1], KEYS[2], KEYS[4], ARGV[2], ARGV[4])
local state, event, changed = tell_watchers(KEYS[1], KEYS[2], KEYS[3], ARGV[1], previous)
return { 1, changed, state, event, node }
