-- Sets a queue's policy or pauses it (owner and admins), or consumes everything (any member).
-- KEYS, ARGV  see queue-common, and 4 policy | stopped | clear  5 the value
-- Reply { code }
--!include log-common
--!include queue-common
local code, q = open_queue(true)
if code ~= 0 then return { code } end
if ARGV[4] == 'clear' then
  local consumed = math.max(0, q.count - q.counted) + redis.call('ZCARD', KEYS[7])
  redis.call('UNLINK', KEYS[7])
  move_cursor(q, q.last, q.count)
  for _, field in ipairs(redis.call('HKEYS', KEYS[6])) do
    if string.match(field, '^[hlw]%d+$') then redis.call('HDEL', KEYS[6], field) end
  end
  took(q, consumed)
  return { 0 }
end
if q.role ~= 'o' and q.role ~= 'a' then return { 4031 } end
redis.call('HSET', KEYS[6], ARGV[4], ARGV[5])
wake(q)
return { 0 }
