-- Takes a guest's ended incarnation out of a direct conversation; the next message has to bring in whoever holds the name then.
-- KEYS  1 members  2 read  3 delivered
-- ARGV  1 guest  2 incarnation
--!include log-common
local m = parse_member(redis.call('HGET', KEYS[1], ARGV[1]))
if m and m.role ~= '-' and m.inc == ARGV[2] then
  if m.flags == '' then
    redis.call('HDEL', KEYS[1], ARGV[1])
  else
    redis.call('HSET', KEYS[1], ARGV[1], member_value({ role = '-', from = 0, inc = '', mute = '', flags = m.flags }))
  end
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('HDEL', KEYS[3], ARGV[1])
end
return 0
