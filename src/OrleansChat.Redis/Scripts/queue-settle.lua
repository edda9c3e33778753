-- Acknowledges a leased item, or returns one whose answer did not reach its consumer.
-- KEYS, ARGV  see queue-common, and 4 acknowledge | return  5 the item's number
-- Reply { code }: 4042 when it is not leased (any more), 4031 when another person holds it
--!include log-common
--!include queue-common
local code, q = open_queue(ARGV[4] == 'acknowledge')
if code ~= 0 then return { code } end
local s = ARGV[5]
local seq = tonumber(s)
if ARGV[4] == 'return' then
  if seq > q.cursor or not text_at(seq) then return { 0 } end
  redis.call('ZADD', KEYS[7], 0, s)
  redis.call('HDEL', KEYS[6], 'h' .. s)
  wake(q)
  return { 0 }
end
local until_ms = redis.call('ZSCORE', KEYS[7], s)
local holder = redis.call('HGET', KEYS[6], 'h' .. s)
if not until_ms or tonumber(until_ms) <= q.now or not holder then return { 4042 } end
if holder ~= ARGV[2] then return { 4031 } end
drop(seq)
took(q, 1)
return { 0 }
