-- Revocations noted since a mark. Looks a little further back: after a failover the clock may be another machine's.
-- KEYS  1 revocations
-- ARGV  1 mark  2 overlap ms
-- Reply { next mark, `<user> <what>` ... }
--!include user-common
local found = redis.call('ZRANGEBYSCORE', KEYS[1], number(tonumber(ARGV[1]) - tonumber(ARGV[2])), '+inf')
table.insert(found, 1, number(clock()))
return found
