-- Opens a session with all that belongs to it, where one server holds every key: node-note, session-open, the list of the people online
-- and the word to those who watch everybody, in one step. Nothing can come between, so nothing has to be looked at again.
-- KEYS  1 lease  2 sessions of the node  3 account  4 sessions  5 revoked  6 watchers  7 online  8 watchers of everybody
-- ARGV  1 user  2 incarnation  3 token id  4 token issued at  5 session  6 node  7 device  8 most sessions  9 reclaim ms
-- Reply 0 open | 1 the node has no lease | 4010 | 4290
--!include user-common
if redis.call('EXISTS', KEYS[1]) == 0 then return 1 end
local now = clock()
local account = read_account(KEYS[3])
if not token_stands(account, KEYS[4], KEYS[5], ARGV[2], ARGV[3], tonumber(ARGV[4]), now, tonumber(ARGV[9])) then return 4010 end
local sessions = redis.call('HVALS', KEYS[4])
if #sessions >= tonumber(ARGV[8]) and redis.call('HEXISTS', KEYS[4], ARGV[5]) == 0 then return 4290 end
local was_online = false
for _, session in ipairs(sessions) do was_online = was_online or string.sub(session, 1, 1) == '0' end
redis.call('SADD', KEYS[2], ARGV[1] .. '/' .. ARGV[5])
redis.call('HSET', KEYS[4], ARGV[5], '0 ' .. ARGV[6] .. ' ' .. number(now) .. ' ' .. ARGV[3] .. ' ' .. ARGV[7])
if account.held > 0 or account.ended > 0 then redis.call('HDEL', KEYS[3], 'held', 'ended') end
if account.guest then redis.call('PERSIST', KEYS[3]) end
if not was_online then
  redis.call('ZADD', KEYS[7], '0', ARGV[1])
  if redis.call('EXISTS', KEYS[6], KEYS[8]) > 0 then
    local event = presence_event(KEYS[3], ARGV[1], 'online')
    announce(KEYS[6], 'V presence ' .. ARGV[1] .. ' - 0 -', event)
    announce(KEYS[8], 'V presence * - 0 -', event)
  end
end
return 0
