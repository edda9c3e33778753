-- Sets a queue's policy or pauses it (owner and admins), or consumes everything (any member).
-- KEYS, ARGV  see queue-common, and 4 policy | stopped | clear  5 the value
-- Reply { code }
--!include log-common
--!include queue-common
local code, q = open_queue(true)
if code ~= 0 then return { code } end
if ARGV[4] ~= 'clear' then
  if q.role ~= 'o' and q.role ~= 'a' then return { 4031 } end
  redis.call('HSET', KEYS[7], ARGV[4], ARGV[5])
  -- Everybody finds a new place or gets ready anew.
  if ARGV[4] == 'policy' and ARGV[5] ~= q.policy then redis.call('UNLINK', KEYS[12], KEYS[13]) end
  wake(q)
  return { 0 }
end
local consumed = 0
for i = 8, 10 do
  for _, s in ipairs(redis.call('ZRANGE', KEYS[i], 0, -1)) do
    drop(s)
    consumed = consumed + 1
  end
  redis.call('UNLINK', KEYS[i])
end
for _, consumer in ipairs(redis.call('ZRANGE', KEYS[11], 0, -1)) do redis.call('HDEL', KEYS[7], 'd:' .. consumer) end
took(q, consumed + move_cursor(q, q.last, q.count))
return { 0 }
