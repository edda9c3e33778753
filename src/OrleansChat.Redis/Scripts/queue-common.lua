-- What the steps on a queue share. Included after log-common.
-- KEYS of every step  1 meta  2 log  3 members  4 patch  5 bans  6 deleted  7 queue  8 held  9 pending  10 returned  11 consumers  12 places  13 ready
-- ARGV of every step  1 conversation  2 user  3 incarnation
--
-- queue      hash: cursor (everything up to this entry is consumed or stands in one of the three sets below), counted (messages up to there, deleted
--            ones too), policy, stopped, taken, turn; looked, looks: the oldest item after the cursor and how often it was looked at;
--            h<seq> who holds it, l<seq> how often it was looked at, w<seq> the consumers that a returned item was written to;
--            d:<consumer> what was dealt to it, t:<consumer> its last turn, f:<consumer> the first entry that it may read
-- held       numbers by the time until when they are leased; +inf: dealt to a streaming consumer, until it has written or ends
-- pending    numbers on their way to somebody who took them, by the time until when they have to have arrived
-- returned   numbers that are free again, by number
-- consumers  streaming ones, by the time until when they count; places: broadcast ones, by where they have got everything up to;
--            ready: those with room for another item, by their last turn
-- deleted    numbers of deleted messages, for exact depth (change.lua)
local SCAN = 4096 -- entries that one step reads at most to find an item
local HEAD = '^{"conversation":"[^"]*","seq":%d+,"from":"[^"]*","at":(%d+),"kind":"(%a+)"'

local function open_queue(check)
  local meta = redis.call('HMGET', KEYS[1], 'epoch', 'last', 'count', 'history', 'deleted', 'nodes', 'first', 'before_first')
  if not meta[1] or meta[5] then return 4041 end
  local me = parse_member(redis.call('HGET', KEYS[3], ARGV[2]))
  if not is_member(me, ARGV[3]) then
    if check then return stranger(KEYS[5], ARGV[2]) end
    me = nil
  end
  local state = redis.call('HMGET', KEYS[7], 'cursor', 'counted', 'policy', 'stopped', 'taken', 'looked', 'looks')
  local joined = meta[4] == 'joined'
  local last, first = tonumber(meta[2]), tonumber(meta[7] or 1)
  local cursor, counted = math.min(tonumber(state[1] or 0), last), tonumber(state[2] or 0)
  -- What retention took away is passed.
  if cursor < first - 1 then cursor, counted = first - 1, tonumber(meta[8] or 0) end
  return 0, {
    last = last, count = tonumber(meta[3] or 0), nodes = meta[6], role = me and me.role, joined = joined, from = joined and me and me.from or 1,
    cursor = cursor, counted = counted, policy = state[3] or 'roundrobin', stopped = state[4] == '1',
    taken = tonumber(state[5] or 0), looked = tonumber(state[6] or 0), looks = tonumber(state[7] or 0), now = clock(),
  }
end

local function sequence(entry)
  return tonumber(string.match(entry[1], '^(%d+)'))
end

local function text_at(s)
  local entry = redis.call('XRANGE', KEYS[2], s .. '-0', s .. '-0')[1]
  return entry and entry[2][2]
end

-- Up to limit text messages after a number, as { seq, json, messages up to it }; up to where there is none before the first, with the messages
-- up to there; and whether the search was given up for now.
local function texts_after(after, limit)
  local found, from, passed, counted, scanned, size = {}, after, after, nil, 0, limit + 8
  while true do
    local page = redis.call('XRANGE', KEYS[2], number(from + 1) .. '-0', '+', 'COUNT', size)
    for _, entry in ipairs(page) do
      from = sequence(entry)
      local _, kind = string.match(entry[2][2], HEAD)
      local n = tonumber(entry[2][4] or 0)
      if kind == 'text' then
        found[#found + 1] = { from, entry[2][2], n }
        if #found == limit then return found, passed, counted, false end
      elseif #found == 0 then
        passed, counted = from, n
      end
    end
    scanned = scanned + #page
    if #page < size or #found > 0 then return found, passed, counted, false end
    if scanned >= SCAN then return found, passed, counted, true end
    size = 256
  end
end

-- Messages up to a number, deleted ones too, though the entry itself may be deleted.
local function counted_at(q, seq)
  local entry = redis.call('XRANGE', KEYS[2], number(seq) .. '-0', '+', 'COUNT', 1)[1]
  if not entry then return q.count end
  local next, n = sequence(entry), tonumber(entry[2][4] or 0)
  if next == seq then return n end
  local _, kind = string.match(entry[2][2], HEAD)
  return n - (kind == 'text' and 1 or 0) - redis.call('ZCOUNT', KEYS[6], '(' .. number(seq), number(next))
end

-- Returns how many items were passed.
local function move_cursor(q, seq, counted)
  if seq <= q.cursor then return 0 end
  local passed = counted - q.counted - redis.call('ZCOUNT', KEYS[6], '(' .. number(q.cursor), number(seq))
  q.cursor, q.counted = seq, counted
  redis.call('HSET', KEYS[7], 'cursor', number(seq), 'counted', number(counted))
  if q.looked > 0 and q.looked <= seq then redis.call('HDEL', KEYS[7], 'looked', 'looks') end
  return passed
end

-- Counts consumed items, also by the minute, for rates.
local function took(q, n)
  if n <= 0 then return end
  local minute = math.floor(q.now / 60000)
  local state = redis.call('HMGET', KEYS[7], 'minute', 'this')
  if state[1] ~= number(minute) then
    local before = state[1] == number(minute - 1) and state[2] or '0'
    redis.call('HSET', KEYS[7], 'minute', number(minute), 'before', before, 'this', 0)
  end
  redis.call('HINCRBY', KEYS[7], 'this', n)
  redis.call('HINCRBY', KEYS[7], 'taken', n)
end

-- Forgets what is noted about an item that is consumed.
local function drop(s)
  redis.call('HDEL', KEYS[7], 'h' .. s, 'l' .. s, 'w' .. s)
end

local function put_back(s)
  redis.call('ZREM', KEYS[8], s)
  redis.call('ZREM', KEYS[9], s)
  redis.call('HDEL', KEYS[7], 'h' .. s)
  redis.call('ZADD', KEYS[10], s, s)
end

-- Ends a streaming consumer. Returns how many items are free again.
local function forget(consumer)
  local freed = 0
  for s in string.gmatch(redis.call('HGET', KEYS[7], 'd:' .. consumer) or '', '%d+') do
    -- What is not held any more was cleared or deleted.
    if redis.call('ZSCORE', KEYS[8], s) then
      put_back(s)
      freed = freed + 1
    end
  end
  for i = 11, 13 do redis.call('ZREM', KEYS[i], consumer) end
  redis.call('HDEL', KEYS[7], 'd:' .. consumer, 't:' .. consumer, 'f:' .. consumer)
  return freed
end

-- Ends leases, deliveries and consumers whose time is over. Returns how many items are free again.
local function pass_time(q)
  local freed, now = 0, number(q.now)
  for i = 8, 9 do
    for _, s in ipairs(redis.call('ZRANGEBYSCORE', KEYS[i], '-inf', now, 'LIMIT', 0, 1000)) do
      put_back(s)
      freed = freed + 1
    end
  end
  for _, consumer in ipairs(redis.call('ZRANGEBYSCORE', KEYS[11], '-inf', now, 'LIMIT', 0, 100)) do
    freed = freed + forget(consumer)
  end
  return freed
end

-- What the reply says of an item: number, json, the members that an edit changed, times looked at.
local function add_item(q, reply, s, json)
  local r = #reply
  reply[r + 1], reply[r + 2] = tonumber(s), json
  reply[r + 3] = redis.call('HGET', KEYS[4], s .. 'e') or ''
  reply[r + 4] = tonumber(redis.call('HGET', KEYS[7], 'l' .. s) or tonumber(s) == q.looked and q.looks or 0)
end

-- Wakes the streaming consumers of every node.
local function wake(q)
  announce(q.nodes, '', 'Q conversation ' .. ARGV[1] .. ' - 0 -\n')
end
