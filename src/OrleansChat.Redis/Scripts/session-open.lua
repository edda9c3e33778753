-- Opens a session if its token stands in this very step, tells the watchers when the user comes online.
-- KEYS  1 account  2 sessions  3 revoked  4 watchers
-- ARGV  1 user  2 incarnation  3 token id  4 token issued at  5 session  6 node  7 device  8 most sessions  9 reclaim ms
-- Reply { 0, changed, state, event } | { 4010 } | { 4290 }
--!include user-common
local now = clock()
local account = read_account(KEYS[1])
if not token_stands(account, KEYS[2], KEYS[3], ARGV[2], ARGV[3], tonumber(ARGV[4]), now, tonumber(ARGV[9])) then return { 4010 } end
if redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[8]) and redis.call('HEXISTS', KEYS[2], ARGV[5]) == 0 then return { 4290 } end
local previous = presence_state(KEYS[2])
redis.call('HSET', KEYS[2], ARGV[5], '0 ' .. ARGV[6] .. ' ' .. number(now) .. ' ' .. ARGV[3] .. ' ' .. ARGV[7])
redis.call('HDEL', KEYS[1], 'held', 'ended')
redis.call('PERSIST', KEYS[1])
local state, event, changed = tell_watchers(KEYS[1], KEYS[2], KEYS[4], ARGV[1], previous)
return { 0, changed, state, event }
