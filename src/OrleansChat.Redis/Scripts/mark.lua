-- Moves a watermark up, never down, and never past the log's end (a rolled back log takes it along).
-- KEYS  1 meta  2 log  3 members  4 read  5 delivered  6 bans  7 patch
-- ARGV  1 conversation  2 user  3 incarnation  4 number  5 'read' | 'delivered'  6 '0' does not announce, '1' if it moved, '2' in any case  7 largest group in which receipts are announced
-- Reply { code, read, delivered, changed }
--!include log-common
local direct = string.sub(ARGV[1], 1, 3) == 'dm:'
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'last', 'count', 'nodes', 'deleted', 'first', 'before_first')
if not direct and (not meta[1] or meta[5]) then return { 4041, 0, 0, 0 } end
local user = ARGV[2]
if not is_member(parse_member(redis.call('HGET', KEYS[3], user)), ARGV[3]) then
  if not meta[1] then return { 0, 0, 0, 0 } end
  return { stranger(KEYS[6], user), 0, 0, 0 }
end
local last, count = tonumber(meta[2] or 0), tonumber(meta[3] or 0)
local seq = math.min(tonumber(ARGV[4]), last)
local read = math.min(last, tonumber(string.match(redis.call('HGET', KEYS[4], user) or '0', '^%d+')))
local delivered = math.max(read, math.min(last, tonumber(redis.call('HGET', KEYS[5], user) or 0)))
local changed = 0
if ARGV[5] == 'read' and seq > read then
  local counted = count
  if seq < last then
    -- Messages up to seq: what the nearest entry kept says, and one for each deleted message after it. All before may be deleted,
    -- or gone: those count as read.
    local entry = redis.call('XREVRANGE', KEYS[2], number(seq) .. '-0', '-', 'COUNT', 1)[1]
    local at = tonumber(meta[6] or 1) - 1
    counted = tonumber(meta[7] or 0)
    if entry then
      counted = tonumber(entry[2][4])
      at = tonumber(string.match(entry[1], '^(%d+)'))
    end
    for hole = at + 1, seq do
      local tombstone = redis.call('HGET', KEYS[7], number(hole) .. 'd')
      if tombstone and string.find(tombstone, '^{"conversation":"[^"]*","seq":%d+,"from":"[^"]*","at":%d+,"kind":"text"') then
        counted = counted + 1
      end
    end
  end
  redis.call('HSET', KEYS[4], user, number(seq) .. ':' .. number(counted))
  read, changed = seq, 1
elseif ARGV[5] ~= 'read' and seq > delivered then
  redis.call('HSET', KEYS[5], user, number(seq))
  delivered, changed = seq, 1
end
delivered = math.max(read, delivered)
if (ARGV[6] == '2' or (ARGV[6] == '1' and changed == 1)) and redis.call('HLEN', KEYS[3]) <= tonumber(ARGV[7]) then
  announce(meta[4], '', 'V conversation ' .. ARGV[1] .. ' - 0 -\n{"ev":"receipt","conversation":"' .. ARGV[1] .. '","user":"' .. user
    .. '","read":' .. number(read) .. ',"delivered":' .. number(delivered) .. '}')
end
return { 0, read, delivered, changed }
