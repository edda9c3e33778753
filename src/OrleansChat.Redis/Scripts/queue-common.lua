-- What the steps on a queue share. Included after log-common.
-- KEYS of every step  1 meta  2 log  3 members  4 patch  5 bans  6 queue  7 leases  8 consumers
-- ARGV of every step  1 conversation  2 user  3 incarnation
--
-- The queue's hash: cursor (everything up to this entry is consumed or stands in leases), counted (content messages up to there), policy, stopped,
-- taken, turn; h<seq> who holds a lease, l<seq> times looked at, w<seq> consumers that a returned item was written to;
-- p:<consumer> up to where it was written to, t:<consumer> its last turn, r:<consumer> waits for an item.
-- leases: number of the item by the time until when it is held; consumers: streaming ones by the time until when they count.
local function open_queue(check)
  local meta = redis.call('HMGET', KEYS[1], 'epoch', 'last', 'count', 'history', 'deleted', 'nodes')
  if not meta[1] or meta[5] then return 4041 end
  local me = parse_member(redis.call('HGET', KEYS[3], ARGV[2]))
  if check and not is_member(me, ARGV[3]) then return stranger(KEYS[5], ARGV[2]) end
  local state = redis.call('HMGET', KEYS[6], 'cursor', 'counted', 'policy', 'stopped', 'taken')
  local last = tonumber(meta[2])
  return 0, {
    epoch = meta[1], last = last, count = tonumber(meta[3] or 0), nodes = meta[6], role = me and me.role,
    from = meta[4] == 'joined' and me and me.from or 1,
    cursor = math.min(tonumber(state[1] or 0), last), counted = tonumber(state[2] or 0),
    policy = state[3] or 'roundrobin', stopped = state[4] == '1', taken = tonumber(state[5] or 0), now = clock(),
  }
end

-- The text message of this number; nil when it is something else or gone.
local function text_at(seq)
  local entry = redis.call('XRANGE', KEYS[2], number(seq) .. '-0', number(seq) .. '-0')[1]
  return entry and entry[2][2]
end

-- Up to limit text messages after a number, as { seq, json, content messages up to it }, and up to where there is none before the first.
local function texts_after(after, limit)
  local found, from, skipped = {}, after, after
  while true do
    local page = redis.call('XRANGE', KEYS[2], number(from + 1) .. '-0', '+', 'COUNT', limit + 8)
    for _, entry in ipairs(page) do
      local seq = tonumber(string.match(entry[1], '^(%d+)'))
      from = seq
      local kind = string.match(entry[2][2], '^{"conversation":"[^"]*","seq":%d+,"from":"[^"]*","at":%d+,"kind":"(%a+)"')
      if kind == 'text' then
        found[#found + 1] = { seq, entry[2][2], tonumber(entry[2][4] or 0) }
        if #found == limit then return found, skipped end
      elseif #found == 0 then
        skipped = seq
      end
    end
    if #page < limit + 8 then return found, skipped end
  end
end

local function move_cursor(q, seq, counted)
  if seq <= q.cursor then return end
  if not counted then
    local entry = redis.call('XREVRANGE', KEYS[2], number(seq) .. '-0', '-', 'COUNT', 1)[1]
    counted = entry and tonumber(entry[2][4] or 0) or q.counted
  end
  q.cursor, q.counted = seq, math.max(q.counted, counted)
  redis.call('HSET', KEYS[6], 'cursor', number(q.cursor), 'counted', number(q.counted))
end

-- Counts consumed items, also by the minute, for rates.
local function took(q, n)
  if n <= 0 then return end
  local minute = number(math.floor(q.now / 60000))
  local state = redis.call('HMGET', KEYS[6], 'minute', 'this')
  if state[1] ~= minute then
    local before = state[1] == number(tonumber(minute) - 1) and state[2] or '0'
    redis.call('HSET', KEYS[6], 'minute', minute, 'before', before, 'this', 0)
  end
  redis.call('HINCRBY', KEYS[6], 'this', n)
  redis.call('HINCRBY', KEYS[6], 'taken', n)
end

-- Forgets what is noted about an item that is consumed or gone.
local function drop(seq)
  local s = number(seq)
  redis.call('ZREM', KEYS[7], s)
  redis.call('HDEL', KEYS[6], 'h' .. s, 'l' .. s, 'w' .. s)
end

-- Items that were held or returned and are free again, oldest first.
local function free_items(q, wanted)
  local free = {}
  for _, s in ipairs(redis.call('ZRANGEBYSCORE', KEYS[7], '-inf', number(q.now), 'LIMIT', 0, 64)) do
    local seq = tonumber(s)
    if seq >= q.from and (not wanted or wanted(s)) then
      local json = text_at(seq)
      if json then free[#free + 1] = { seq, json } else drop(seq) end
    end
  end
  table.sort(free, function(a, b) return a[1] < b[1] end)
  return free
end

-- What the reply says of an item: seq, json, the members that an edit changed, times looked at.
local function add_item(reply, item)
  local s = number(item[1])
  local r = #reply
  reply[r + 1], reply[r + 2] = item[1], item[2]
  reply[r + 3] = redis.call('HGET', KEYS[4], s .. 'e') or ''
  reply[r + 4] = tonumber(redis.call('HGET', KEYS[6], 'l' .. s) or 0)
end

-- Wakes the streaming consumers of every node: they hear the last entry again, which everybody else drops by its number.
local function wake(q)
  local entry = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
  if entry then
    announce(q.nodes, '', entries_header(ARGV[1], q.epoch, tonumber(string.match(entry[1], '^(%d+)'))) .. entry[2][2])
  end
end
