-- Drops conversations that an ended guest was taken out of. Only while that guest still is the last to have held the name:
-- a slow cleaner must not take entries from the next one.
-- KEYS  1 account  2 conversations
-- ARGV  1 ended incarnation  2... conversations
local f = redis.call('HMGET', KEYS[1], 'inc', 'void')
if f[1] ~= ARGV[1] or f[2] ~= '1' then return 0 end
for i = 2, #ARGV do redis.call('HDEL', KEYS[2], ARGV[i]) end
return 0
