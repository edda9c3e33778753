-- Closes a session with all that belongs to it, where one server holds every key: session-close, the list of the people online, the word to
-- those who watch everybody, and the node's entry, in one step.
-- KEYS  1 sessions of the node  2 account  3 sessions  4 watchers  5 conversations  6 online  7 watchers of everybody
-- ARGV  1 user  2 session  3 node of the session  4 reclaim ms  5 '1' when an earlier attempt may have stopped before everybody was told
-- Reply 1 it was open, else 0
--!include session-common
local value = redis.call('HGET', KEYS[3], ARGV[2])
local mine = value and string.match(value, '^%d (%S*) ') == ARGV[3]
local previous = presence_state(KEYS[3])
local state = mine and close_session(KEYS[2], KEYS[3], KEYS[5], ARGV[2], ARGV[4]) or previous
local changed = state ~= previous
if changed or not mine then
  if state == 'offline' then redis.call('ZREM', KEYS[6], ARGV[1]) else redis.call('ZADD', KEYS[6], '0', ARGV[1]) end
end
if changed or (ARGV[5] == '1' and not mine) then
  local event = presence_event(KEYS[2], ARGV[1], state)
  if changed then tell(KEYS[4], ARGV[1], event) end
  tell(KEYS[7], '*', event)
end
redis.call('SREM', KEYS[1], ARGV[1] .. '/' .. ARGV[2])
return mine and 1 or 0
