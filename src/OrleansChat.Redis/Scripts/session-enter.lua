-- Opens a session with all that belongs to it, where one server holds every key: node-note, session-open, the list of the people online
-- and the word to those who watch everybody, in one step. Nothing can come between, so nothing has to be looked at again.
-- KEYS  1 lease  2 sessions of the node  3 account  4 sessions  5 revoked  6 watchers  7 online  8 watchers of everybody
-- ARGV  1 user  2 incarnation  3 token id  4 token issued at  5 session  6 node  7 device  8 most sessions  9 reclaim ms
-- Reply 0 open | 1 the node has no lease | 4010 | 4290
--!include session-common
if redis.call('EXISTS', KEYS[1]) == 0 then return 1 end
local code, previous = open_session(KEYS[3], KEYS[4], KEYS[5])
if code ~= 0 then return code end
redis.call('SADD', KEYS[2], ARGV[1] .. '/' .. ARGV[5])
if previous ~= 'online' then
  redis.call('ZADD', KEYS[7], '0', ARGV[1])
  if redis.call('EXISTS', KEYS[6], KEYS[8]) > 0 then
    local event = presence_event(KEYS[3], ARGV[1], 'online')
    tell(KEYS[6], ARGV[1], event)
    tell(KEYS[8], '*', event)
  end
end
return 0
