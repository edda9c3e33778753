-- Sets or lifts the block of one person in a direct conversation, which need not exist yet: the flag waits for it (I4).
-- KEYS  1 members
-- ARGV  1 blocked user  2 '1' sets, '0' lifts
--!include log-common
local m = parse_member(redis.call('HGET', KEYS[1], ARGV[1])) or { role = '-', from = 0, inc = '', mute = '', flags = '' }
m.flags = ARGV[2] == '1' and 'b' or ''
if m.role == '-' and m.flags == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], member_value(m))
end
return 0
