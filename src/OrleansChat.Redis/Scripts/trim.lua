-- Takes the oldest entries of a conversation away, with what edits and reactions made of them, their tombstones, pins and places in the queue.
-- Numbers stay: `first` moves up, and `before_first` counts the messages that went, so that unread and a queue's depth stay exact.
-- The duplicate window stays too: a message that is gone is still recognised when it is sent again (I3).
-- KEYS  1 meta  2 log  3 patch  4 deleted  5 returned  6 held  7 pending  8 queue
-- ARGV  1 entries that are kept (0: any number)  2 ms that they are kept (0: for ever)  3 most entries that one step takes away
-- Reply { entries taken away, 1 when there are more }
--!include log-common
local TEXT = '^{"conversation":"[^"]*","seq":%d+,"from":"[^"]*","at":%d+,"kind":"text"'
local AT = '^{"conversation":"[^"]*","seq":%d+,"from":"[^"]*","at":(%d+)'
local most, age, step = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'last', 'first', 'before_first', 'pinned', 'deleted')
if not meta[1] or meta[6] then return { 0, 0 } end
local last, first, counted = tonumber(meta[2] or 0), tonumber(meta[3] or 1), tonumber(meta[4] or 0)

local function sequence(entry) return tonumber(string.match(entry[1], '^(%d+)')) end

local keep = first
if most > 0 then keep = math.max(keep, last - most + 1) end
if age > 0 then
  -- Times in a log never fall: the first entry that is young enough is found by halving.
  local oldest = clock() - age
  local low, high, middle = keep, last, keep
  while low <= high do
    local entry = redis.call('XRANGE', KEYS[2], number(middle) .. '-0', number(high) .. '-0', 'COUNT', 1)[1]
    local at = entry and tonumber(string.match(entry[2][2], AT))
    if at and at < oldest then low = sequence(entry) + 1 else high = middle - 1 end
    middle = math.floor((low + high) / 2)
  end
  keep = low
end
local more = keep > first + step and 1 or 0
keep = math.min(keep, first + step)
if keep <= first then return { 0, 0 } end

-- Messages that go: what the nearest entry says, and one for each deleted message after it.
local from = first
local nearest = redis.call('XREVRANGE', KEYS[2], number(keep - 1) .. '-0', number(first) .. '-0', 'COUNT', 1)[1]
if nearest then from, counted = sequence(nearest) + 1, tonumber(nearest[2][4]) end
local patched = redis.call('EXISTS', KEYS[3]) == 1
if patched then
  for hole = from, keep - 1 do
    local tombstone = redis.call('HGET', KEYS[3], number(hole) .. 'd')
    if tombstone and string.find(tombstone, TEXT) then counted = counted + 1 end
  end
end

redis.call('HSET', KEYS[1], 'first', number(keep), 'before_first', number(counted))
redis.call('XTRIM', KEYS[2], 'MINID', number(keep) .. '-0')
if patched then
  for begin = first, keep - 1, 500 do
    local fields = {}
    for seq = begin, math.min(keep - 1, begin + 499) do
      local s, n = number(seq), #fields
      fields[n + 1], fields[n + 2], fields[n + 3] = s, s .. 'e', s .. 'd'
    end
    redis.call('HDEL', KEYS[3], unpack(fields))
  end
end
if meta[5] and meta[5] ~= '' then
  local pinned = {}
  for one in string.gmatch(meta[5], '%d+') do
    if tonumber(one) >= keep then pinned[#pinned + 1] = one end
  end
  redis.call('HSET', KEYS[1], 'pinned', table.concat(pinned, ' '))
end
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', '(' .. number(keep))
-- Items that somebody holds, or that are free again, are not given out any more. The cursor follows on its own (queue-common).
for i = 5, 7 do
  for _, s in ipairs(redis.call('ZRANGE', KEYS[i], 0, -1)) do
    if tonumber(s) < keep then
      redis.call('ZREM', KEYS[i], s)
      redis.call('HDEL', KEYS[8], 'h' .. s, 'l' .. s, 'w' .. s)
    end
  end
end
return { keep - first, more }
