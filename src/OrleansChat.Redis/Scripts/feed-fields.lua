-- Sets fields that a back end keeps with a user.
-- KEYS  1 fields  2 account
-- ARGV  1 most fields  2 ms until a guest's end  3... fields and values
-- Reply { 0 } | { 4001 } too many
local fresh = 0
for i = 3, #ARGV, 2 do
  if redis.call('HEXISTS', KEYS[1], ARGV[i]) == 0 then fresh = fresh + 1 end
end
if redis.call('HLEN', KEYS[1]) + fresh > tonumber(ARGV[1]) then return { 4001 } end
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
if redis.call('HGET', KEYS[2], 'kind') == 'g' then
  for _, key in ipairs({ KEYS[1] }) do redis.call('PEXPIRE', key, ARGV[2]) end
else
  for _, key in ipairs({ KEYS[1] }) do redis.call('PERSIST', key) end
end
return { 0 }
