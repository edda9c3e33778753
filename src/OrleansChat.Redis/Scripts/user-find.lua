-- The account of a name whose holder is or may come back. Reads only.
-- KEYS  1 account  2 sessions
-- ARGV  1 reclaim ms
-- Reply { kind, inc, pw, created, listed } or nil
--!include user-common
local account = read_account(KEYS[1])
if not account or not is_alive(account, KEYS[2], clock(), tonumber(ARGV[1])) then return false end
return redis.call('HMGET', KEYS[1], 'kind', 'inc', 'pw', 'created', 'listed')
