-- Brings entries of conversations into a user's feed. A conversation whose mark is not what its entries were read from was brought in by
-- another node meanwhile: it is left out, so that readers on several nodes never double or lose anything.
-- The id of an entry is `at-seq` of its message; where that is not beyond the entry before, the first number is raised as far as needed.
-- KEYS  1 feed  2 marks (with the last id under '*')  3 account
-- ARGV  1 ms until a guest's feed ends  2 number of conversations, then three for each: conversation, expected mark, new mark
--       then three for each entry: place of its conversation among them, seq, at
-- Reply 1 when every conversation was brought in, else 0
local function number(n)
  return string.format('%.0f', n)
end
local count = tonumber(ARGV[2])
local took, all = {}, 1
for i = 1, count do
  local a = 3 * i
  if (redis.call('HGET', KEYS[2], ARGV[a]) or '') == ARGV[a + 1] then took[i] = ARGV[a] else all = 0 end
end
local ms, seq = string.match(redis.call('HGET', KEYS[2], '*') or '0-0', '^(%d+)-(%d+)$')
ms, seq = tonumber(ms), tonumber(seq)
for a = 3 + 3 * count, #ARGV, 3 do
  local conversation = took[tonumber(ARGV[a])]
  if conversation then
    local n, at = tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2])
    if at > ms then ms = at elseif n <= seq then ms = ms + 1 end
    seq = n
    redis.call('XADD', KEYS[1], number(ms) .. '-' .. number(seq), 'c', conversation, 'a', ARGV[a + 2])
  end
end
for i = 1, count do
  if took[i] then redis.call('HSET', KEYS[2], took[i], ARGV[3 * i + 2]) end
end
redis.call('HSET', KEYS[2], '*', number(ms) .. '-' .. number(seq))
if redis.call('HGET', KEYS[3], 'kind') == 'g' then
  for _, key in ipairs({ KEYS[1], KEYS[2] }) do redis.call('PEXPIRE', key, ARGV[1]) end
else
  for _, key in ipairs({ KEYS[1], KEYS[2] }) do redis.call('PERSIST', key) end
end
return all
