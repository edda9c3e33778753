-- One step of a streaming consumer: it counts as connected, what was written to it is noted, and it gets what comes next.
-- An item is consumed once it was written to one consumer (roundrobin, where it is leased meanwhile) or to all of them (broadcast).
-- KEYS, ARGV  see queue-common, and 4 consumer  5 next | leave  6 '1' does not wait for its turn  7 ms that a consumer counts without a step
--       8 most items  9 how many numbers of written items follow; after them those that were not written
-- Reply { code, 1 when it is another's turn, ms until the next lease ends or -1, then four for each item as queue-take }
--!include log-common
--!include queue-common
local me, leaving, ttl, most, written = ARGV[4], ARGV[5] == 'leave', tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local code, q = open_queue(not leaving)
if code ~= 0 then return { code } end
local holder = '~' .. me

local function forget(consumer)
  redis.call('ZREM', KEYS[8], consumer)
  redis.call('HDEL', KEYS[6], 'p:' .. consumer, 't:' .. consumer, 'r:' .. consumer)
end
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[8], '-inf', number(q.now))) do
  if gone ~= me then forget(gone) end
end
redis.call('ZADD', KEYS[8], number(q.now + ttl), me)
local live = redis.call('ZRANGE', KEYS[8], 0, -1)

-- What was written.
local position = math.max(q.cursor, tonumber(redis.call('HGET', KEYS[6], 'p:' .. me) or 0))
for i = 10, 9 + written do
  local s = ARGV[i]
  local seq = tonumber(s)
  local held = redis.call('HGET', KEYS[6], 'h' .. s)
  if held == holder then
    drop(seq)
    took(q, 1)
  elseif redis.call('ZSCORE', KEYS[7], s) then
    if not held then
      local heard = (redis.call('HGET', KEYS[6], 'w' .. s) or ' ') .. me .. ' '
      local all = true
      for _, one in ipairs(live) do all = all and string.find(heard, ' ' .. one .. ' ', 1, true) ~= nil end
      if all then
        drop(seq)
        took(q, 1)
      else
        redis.call('HSET', KEYS[6], 'w' .. s, heard)
      end
    end
  elseif seq > position then
    position = seq
  end
end
redis.call('HSET', KEYS[6], 'p:' .. me, number(position))

-- What was written to all who are there is consumed.
local lowest
for _, one in ipairs(live) do
  local p = tonumber(redis.call('HGET', KEYS[6], 'p:' .. one) or 0)
  if not (leaving and one == me) or #live == 1 then lowest = math.min(lowest or p, p) end
end
if lowest and lowest > q.cursor then
  local from, counted = q.cursor, q.counted
  move_cursor(q, lowest)
  took(q, q.counted - counted)
  for seq = from + 1, math.min(lowest, from + 1000) do redis.call('HDEL', KEYS[6], 'l' .. number(seq)) end
end

if leaving then
  forget(me)
  for i = 10 + written, #ARGV do
    if redis.call('HGET', KEYS[6], 'h' .. ARGV[i]) == holder then
      redis.call('ZADD', KEYS[7], 0, ARGV[i])
      redis.call('HDEL', KEYS[6], 'h' .. ARGV[i])
    end
  end
  wake(q)
  return { 0, 0, -1 }
end

local reply = { 0, 0, -1 }
local function finish()
  local nearest = redis.call('ZRANGEBYSCORE', KEYS[7], '(' .. number(q.now), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  if nearest[2] then reply[3] = math.max(1, tonumber(nearest[2]) - q.now) end
  return reply
end
if q.stopped then return finish() end

if q.policy == 'broadcast' then
  local free = free_items(q, function(s)
    return not string.find(redis.call('HGET', KEYS[6], 'w' .. s) or '', ' ' .. me .. ' ', 1, true)
  end)
  for _, item in ipairs(free) do
    if most > 0 then
      redis.call('HDEL', KEYS[6], 'h' .. number(item[1]))
      add_item(reply, item)
      most = most - 1
    end
  end
  if most > 0 then
    local found, skipped = texts_after(math.max(position, q.cursor), most)
    if skipped > position then redis.call('HSET', KEYS[6], 'p:' .. me, number(skipped)) end
    for _, item in ipairs(found) do
      if item[1] < q.from then break end
      add_item(reply, item)
    end
  end
  return finish()
end

local item = free_items(q)[1]
if not item then
  local found, skipped = texts_after(q.cursor, 1)
  move_cursor(q, skipped)
  item = found[1]
end
if not item or item[1] < q.from then
  redis.call('HSET', KEYS[6], 'r:' .. me, 1)
  return finish()
end
if ARGV[6] ~= '1' then
  local turn = tonumber(redis.call('HGET', KEYS[6], 't:' .. me) or 0)
  for _, one in ipairs(live) do
    if one ~= me then
      local other = redis.call('HMGET', KEYS[6], 'r:' .. one, 't:' .. one)
      if other[1] and tonumber(other[2] or 0) < turn then
        redis.call('HDEL', KEYS[6], 'r:' .. me)
        reply[2] = 1
        return reply
      end
    end
  end
end
move_cursor(q, item[1], item[3])
local s = number(item[1])
redis.call('ZADD', KEYS[7], number(q.now + ttl), s)
redis.call('HSET', KEYS[6], 'h' .. s, holder, 't:' .. me, redis.call('HINCRBY', KEYS[6], 'turn', 1))
redis.call('HDEL', KEYS[6], 'r:' .. me)
add_item(reply, item)
return finish()
