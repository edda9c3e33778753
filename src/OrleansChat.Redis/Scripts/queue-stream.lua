-- One step of a streaming consumer: it counts as connected, what was written to it is noted, and it gets what comes next.
-- roundrobin: whoever steps deals what there is to all who have room, least recently served first; each consumer gets what was dealt to it with
-- its own next step. Everybody steps after every announcement, so nothing that was dealt waits for long. broadcast: each has a place in the
-- log, and the lowest of those connected moves the cursor.
-- KEYS, ARGV  see queue-common, and 4 consumer  5 next | leave  6 ms that a consumer counts without a step  7 most items in its hands
--       8... numbers of the items that were written to it since the last step
-- Reply { code, 1 when there is more to search through, ms until the next lease ends or -1, then four for each item as queue-take }
--!include log-common
--!include queue-common
local DEALS = 256
local me, leaving, ttl, most = ARGV[4], ARGV[5] == 'leave', tonumber(ARGV[6]), tonumber(ARGV[7])
local code, q = open_queue(not leaving)
if code ~= 0 then return { code } end
local broadcast = q.policy == 'broadcast'
local reply, nudge = { 0, 0, -1 }, false

-- What was written.
local dealt = redis.call('HGET', KEYS[7], 'd:' .. me) or ''
local place = math.max(q.cursor, tonumber(redis.call('ZSCORE', KEYS[12], me) or 0))
for i = 8, #ARGV do
  local s = ARGV[i]
  local padded = ' ' .. dealt .. ' '
  local at = string.find(padded, ' ' .. s .. ' ', 1, true)
  if at then
    dealt = string.match(string.sub(padded, 1, at) .. string.sub(padded, at + #s + 2), '^%s*(.-)%s*$')
    -- What is not held any more was cleared or deleted.
    if redis.call('ZREM', KEYS[8], s) == 1 then
      drop(s)
      took(q, 1)
    end
  elseif broadcast and redis.call('ZSCORE', KEYS[10], s) then
    redis.call('HSET', KEYS[7], 'w' .. s, (redis.call('HGET', KEYS[7], 'w' .. s) or ' ') .. me .. ' ')
  elseif broadcast then
    place = math.max(place, tonumber(s))
  end
end
redis.call('HSET', KEYS[7], 'd:' .. me, dealt)
redis.call('ZADD', KEYS[11], number(q.now + ttl), me)
if broadcast then redis.call('ZADD', KEYS[12], number(place), me) end
if pass_time(q) > 0 then nudge = true end

local function advance()
  local lowest = redis.call('ZRANGE', KEYS[12], 0, 0, 'WITHSCORES')
  local seq = tonumber(lowest[2] or 0)
  if seq > q.cursor then took(q, move_cursor(q, seq, counted_at(q, seq))) end
end

if broadcast then advance() end
if leaving then
  if forget(me) > 0 then nudge = true end
  if broadcast then advance() end
  if nudge then wake(q) end
  return reply
end

local function finish()
  for i = 8, 9 do
    local nearest = redis.call('ZRANGE', KEYS[i], 0, 0, 'WITHSCORES')[2]
    if nearest and nearest ~= 'inf' then
      local left = math.max(1, tonumber(nearest) - q.now)
      if reply[3] < 0 or left < reply[3] then reply[3] = left end
    end
  end
  if nudge then wake(q) end
  return reply
end
if q.stopped then return finish() end

-- Hands a consumer its own share. What was read before it (re)joined goes to others.
local function collect()
  local kept = {}
  for s in string.gmatch(redis.call('HGET', KEYS[7], 'd:' .. me) or '', '%d+') do
    local json = redis.call('ZSCORE', KEYS[8], s) and text_at(s)
    if json and tonumber(s) < q.from then
      put_back(s)
      nudge = true
    elseif json then
      kept[#kept + 1] = s
      add_item(q, reply, s, json)
    end
  end
  redis.call('HSET', KEYS[7], 'd:' .. me, table.concat(kept, ' '))
  return #kept
end

if broadcast then
  most = most - collect()
  local live
  for _, s in ipairs(redis.call('ZRANGE', KEYS[10], 0, 63)) do
    local heard = redis.call('HGET', KEYS[7], 'w' .. s) or ''
    if not string.find(heard, ' ' .. me .. ' ', 1, true) then
      local json = text_at(s)
      if json and most > 0 and tonumber(s) >= q.from then
        add_item(q, reply, s, json)
        most = most - 1
      end
    else
      live = live or redis.call('ZRANGE', KEYS[11], 0, -1)
      local all = true
      for _, one in ipairs(live) do all = all and string.find(heard, ' ' .. one .. ' ', 1, true) ~= nil end
      if all then
        redis.call('ZREM', KEYS[10], s)
        drop(s)
        took(q, 1)
      end
    end
  end
  if most > 0 then
    local found, passed, counted, more = texts_after(place, most)
    if counted then
      redis.call('ZADD', KEYS[12], number(passed), me)
      advance()
    end
    reply[2] = more and 1 or 0
    for _, item in ipairs(found) do
      if item[1] < q.from then break end
      add_item(q, reply, number(item[1]), item[2])
    end
  end
  return finish()
end

local function room(list)
  local _, n = string.gsub(list, '%d+', '')
  return n < most
end

-- Who is next; in groups whose history begins with joining only who may read it.
local function next_ready(seq)
  if not q.joined then return redis.call('ZRANGE', KEYS[13], 0, 0)[1] end
  for _, one in ipairs(redis.call('ZRANGE', KEYS[13], 0, -1)) do
    if tonumber(redis.call('HGET', KEYS[7], 'f:' .. one) or 1) <= seq then return one end
  end
end

local function deal()
  local found, n = {}, 0
  for _ = 1, DEALS do
    local s, item = redis.call('ZRANGE', KEYS[10], 0, 0)[1], nil
    if not s then
      if n == #found then
        local passed, counted, more
        found, passed, counted, more = texts_after(q.cursor, 16)
        if counted then move_cursor(q, passed, counted) end
        n, reply[2] = 0, more and 1 or 0
        if #found == 0 then return end
      end
      item = found[n + 1]
      s = number(item[1])
    end
    local who = next_ready(tonumber(s))
    if not who then return end
    if item then
      n = n + 1
      if q.looked == item[1] then redis.call('HSET', KEYS[7], 'l' .. s, q.looks) end
      move_cursor(q, item[1], item[3])
    else
      redis.call('ZREM', KEYS[10], s)
    end
    local list = redis.call('HGET', KEYS[7], 'd:' .. who) or ''
    list = list == '' and s or list .. ' ' .. s
    local turn = redis.call('HINCRBY', KEYS[7], 'turn', 1)
    redis.call('ZADD', KEYS[8], '+inf', s)
    redis.call('HSET', KEYS[7], 'd:' .. who, list, 't:' .. who, turn)
    if room(list) then redis.call('ZADD', KEYS[13], turn, who) else redis.call('ZREM', KEYS[13], who) end
  end
  nudge = true
end

if q.joined then redis.call('HSET', KEYS[7], 'f:' .. me, number(q.from)) end
if room(dealt) then redis.call('ZADD', KEYS[13], redis.call('HGET', KEYS[7], 't:' .. me) or 0, me) end
deal()
collect()
return finish()
