-- Revokes one token and tells the user's nodes. Kept until an hour after the token expires by itself: node clocks may be off.
-- KEYS  1 revoked  2 nodes
-- ARGV  1 user  2 token id  3 expires at
--!include user-common
local now, slack, year = clock(), 3600000, 31536000000
local expires = math.min(tonumber(ARGV[3]), now + year)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', number(now - slack))
if expires > now - slack then
  redis.call('ZADD', KEYS[1], number(expires), ARGV[2])
  local longest = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
  redis.call('PEXPIREAT', KEYS[1], number(tonumber(longest) + slack))
end
announce(KEYS[2], 'R user ' .. ARGV[1] .. ' - 0 -', ARGV[2])
return 0
