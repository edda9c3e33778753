-- Ends what queue-take began: a lease is acknowledged, a delivery is confirmed, or the item goes back because its answer did not arrive.
-- KEYS, ARGV  see queue-common, and 4 acknowledge | confirm | return  5 the item's number  6 who holds it
-- Reply { code }: 4042 when it is not held (any more), 4031 when somebody else holds it
--!include log-common
--!include queue-common
local verb, s, holder = ARGV[4], ARGV[5], ARGV[6]
local code, q = open_queue(verb == 'acknowledge')
if code ~= 0 then return { code } end
local until_ms = redis.call('ZSCORE', KEYS[8], s) or verb ~= 'acknowledge' and redis.call('ZSCORE', KEYS[9], s)
local held_by = redis.call('HGET', KEYS[7], 'h' .. s)
-- What has arrived has arrived, however late; unless it was free again and somebody else has got it.
if not until_ms or not held_by or (verb == 'acknowledge' and tonumber(until_ms) <= q.now) then return { 4042 } end
if held_by ~= holder then return { 4031 } end
if verb == 'return' then
  put_back(s)
  wake(q)
  return { 0 }
end
redis.call('ZREM', KEYS[8], s)
redis.call('ZREM', KEYS[9], s)
drop(s)
took(q, 1)
return { 0 }
