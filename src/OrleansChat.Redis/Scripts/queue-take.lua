-- Looks at the oldest item of a queue, takes it or leases it. Items that are free again come first.
-- What is taken is on its way until queue-settle confirms that it arrived; if that does not happen in time, it is free again.
-- KEYS, ARGV  see queue-common, and 4 soft | hard | lease  5 ms that it is held  6 who holds it
-- Reply { code, 1 when there is more to search through, -1, then for the item: number, json, edited members, times looked at };
--       no item when empty or stopped
--!include log-common
--!include queue-common
local code, q = open_queue(true)
if code ~= 0 then return { code } end
local reply = { 0, 0, -1 }
if q.stopped then return reply end
local mode = ARGV[4]
if pass_time(q) > 0 then wake(q) end
local s, json = redis.call('ZRANGEBYSCORE', KEYS[10], number(q.from), '+inf', 'LIMIT', 0, 1)[1], nil
local item
if s then
  json = text_at(s)
  if not json then
    redis.call('ZREM', KEYS[10], s)
    drop(s)
    reply[2] = 1
    return reply
  end
else
  local found, passed, counted, more = texts_after(q.cursor, 1)
  if counted then move_cursor(q, passed, counted) end
  item = found[1]
  if not item or item[1] < q.from then
    reply[2] = more and 1 or 0
    return reply
  end
  s, json = number(item[1]), item[2]
end
if mode == 'soft' then
  if not item then
    redis.call('HINCRBY', KEYS[7], 'l' .. s, 1)
  else
    q.looks = q.looked == item[1] and q.looks + 1 or 1
    q.looked = item[1]
    redis.call('HSET', KEYS[7], 'looked', s, 'looks', q.looks)
  end
  add_item(q, reply, s, json)
  return reply
end
add_item(q, reply, s, json)
if not item then
  redis.call('ZREM', KEYS[10], s)
else
  if q.looked == item[1] then redis.call('HSET', KEYS[7], 'l' .. s, q.looks) end
  move_cursor(q, item[1], item[3])
end
redis.call('ZADD', mode == 'hard' and KEYS[9] or KEYS[8], number(q.now + tonumber(ARGV[5])), s)
redis.call('HSET', KEYS[7], 'h' .. s, ARGV[6])
return reply
