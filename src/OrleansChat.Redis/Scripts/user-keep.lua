-- Makes the guest who holds a name its registered owner. The incarnation stays, and with it every membership, token and session.
-- KEYS  1 account  2 sessions
-- ARGV  1 incarnation  2 password hash  3 reclaim ms
-- Reply { 0, created } | { 4010 } the name is not this guest's (any more) | { 4090 } it is registered already
--!include user-common
local account = read_account(KEYS[1])
if not account or account.inc ~= ARGV[1] then return { 4010 } end
if not account.guest then return { 4090 } end
if not is_alive(account, KEYS[2], clock(), tonumber(ARGV[3])) then return { 4010 } end
redis.call('HSET', KEYS[1], 'kind', 'r', 'pw', ARGV[2])
redis.call('HDEL', KEYS[1], 'held')
redis.call('PERSIST', KEYS[1])
return { 0, redis.call('HGET', KEYS[1], 'created') }
