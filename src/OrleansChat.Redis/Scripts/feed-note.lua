-- Appends to a user's feed what stands in no conversation. Its id has the number 0, which no message has.
-- KEYS  1 feed  2 marks (with the last id under '*')  3 account
-- ARGV  1 ms until a guest's feed ends  2... fields and values
-- Reply the id
local function number(n)
  return string.format('%.0f', n)
end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local ms = tonumber(string.match(redis.call('HGET', KEYS[2], '*') or '0-0', '^(%d+)'))
ms = math.max(now, ms + 1)
local id = number(ms) .. '-0'
redis.call('XADD', KEYS[1], id, unpack(ARGV, 2))
redis.call('HSET', KEYS[2], '*', id)
if redis.call('HGET', KEYS[3], 'kind') == 'g' then
  for _, key in ipairs({ KEYS[1], KEYS[2] }) do redis.call('PEXPIRE', key, ARGV[1]) end
else
  for _, key in ipairs({ KEYS[1], KEYS[2] }) do redis.call('PERSIST', key) end
end
return id
