-- Notes a revocation where every node looks, for those that missed the announcement; drops the old ones.
-- KEYS  1 revocations
-- ARGV  1 `<user> <what>`  2 how long revocations are kept, ms
--!include user-common
local now = clock()
redis.call('ZADD', KEYS[1], number(now), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', number(now - tonumber(ARGV[2])))
return 0
