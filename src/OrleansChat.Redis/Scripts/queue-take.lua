-- Looks at the oldest item of a queue, consumes it or leases it. Items whose lease ended come first.
-- KEYS, ARGV  see queue-common, and 4 soft | hard | lease  5 lease in ms
-- Reply { code, 0, -1, then for the item: seq, json, edited members, times looked at }; no item when empty or stopped
--!include log-common
--!include queue-common
local code, q = open_queue(true)
if code ~= 0 then return { code } end
local reply = { 0, 0, -1 }
if q.stopped then return reply end
local mode = ARGV[4]
local item = free_items(q)[1]
if not item then
  local found, skipped = texts_after(q.cursor, 1)
  move_cursor(q, skipped)
  item = found[1]
  if not item or item[1] < q.from then return reply end
  if mode ~= 'soft' then move_cursor(q, item[1], item[3]) end
end
local s = number(item[1])
if mode == 'soft' then redis.call('HINCRBY', KEYS[6], 'l' .. s, 1) end
add_item(reply, item)
if mode == 'hard' then
  drop(item[1])
  took(q, 1)
elseif mode == 'lease' then
  redis.call('ZADD', KEYS[7], number(q.now + tonumber(ARGV[5])), s)
  redis.call('HSET', KEYS[6], 'h' .. s, ARGV[2])
end
return reply
