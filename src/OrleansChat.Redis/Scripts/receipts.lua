-- Watermarks of the members whose names come after one, in ordinal order.
-- KEYS  1 meta  2 members  3 read  4 delivered  5 bans
-- ARGV  1 conversation  2 user  3 incarnation  4 after  5 limit
-- Reply { code, more, then three for each member: name, read, delivered }
--!include log-common
local direct = string.sub(ARGV[1], 1, 3) == 'dm:'
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'last', 'deleted')
if not direct and (not meta[1] or meta[3]) then return { 4041, 0 } end
if not is_member(parse_member(redis.call('HGET', KEYS[2], ARGV[2])), ARGV[3]) then
  if not meta[1] then return { 0, 0 } end
  return { stranger(KEYS[5], ARGV[2]), 0 }
end
local last, limit = tonumber(meta[2] or 0), tonumber(ARGV[5])
local names = {}
local all = redis.call('HGETALL', KEYS[2])
for i = 1, #all, 2 do
  -- Somebody may be noted with flags only: no member.
  if all[i] > ARGV[4] and string.sub(all[i + 1], 1, 1) ~= '-' then names[#names + 1] = all[i] end
end
table.sort(names)
local reply = { 0, #names > limit and 1 or 0 }
for i = 1, math.min(limit, #names) do
  local read = math.min(last, tonumber(string.match(redis.call('HGET', KEYS[3], names[i]) or '0', '^%d+')))
  local delivered = math.min(last, tonumber(redis.call('HGET', KEYS[4], names[i]) or 0))
  reply[#reply + 1] = names[i]
  reply[#reply + 1] = read
  reply[#reply + 1] = math.max(read, delivered)
end
return reply
