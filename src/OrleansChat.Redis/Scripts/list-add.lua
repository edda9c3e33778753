-- Adds a conversation to a user's list and tells the user's nodes to follow it, each time: the announcement of an earlier
-- attempt may be lost. Comes before membership, so that a list misses nothing its owner is a member of.
-- KEYS  1 account  2 sessions  3 conversations  4 nodes
-- ARGV  1 user  2 conversation  3 most conversations  4 reclaim ms  5 age in ms from which list-drop may take an entry
-- Reply { 0, incarnation } | { 4040 } nobody holds the name | { 4001 } the list is full
--!include user-common
local now = clock()
local account = read_account(KEYS[1])
if not account or not is_alive(account, KEYS[2], now, tonumber(ARGV[4])) then return { 4040 } end
local since = redis.call('HGET', KEYS[3], ARGV[2])
if not since and redis.call('HLEN', KEYS[3]) >= tonumber(ARGV[3]) then return { 4001 } end
-- The next claim of a guest's name has to learn from the account whom to take out of the conversation.
if account.guest then redis.call('PERSIST', KEYS[1]) end
-- An entry that list-drop could take before membership follows becomes young again.
if not since or now - tonumber(since) >= tonumber(ARGV[5]) / 2 then redis.call('HSET', KEYS[3], ARGV[2], number(now)) end
announce(KEYS[4], 'F user ' .. ARGV[1] .. ' - 0 -', ARGV[2])
return { 0, account.inc }
