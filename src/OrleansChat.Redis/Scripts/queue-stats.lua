-- What there is to say about a queue. Depth is exact while at most 1,000 messages wait; beyond it deleted ones count until they are passed.
-- KEYS, ARGV  see queue-common
-- Reply { code, depth, leased, consumers, consumed, policy, stopped, posted in the last minute, consumed in the last minute }
--!include log-common
--!include queue-common
local EXACT = 1000
local code, q = open_queue(true)
if code ~= 0 then return { code } end
local waiting = math.max(0, q.count - q.counted)
if waiting <= EXACT then waiting = #texts_after(q.cursor, EXACT) end
local held = redis.call('ZCARD', KEYS[7])
local leased = redis.call('ZCOUNT', KEYS[7], '(' .. number(q.now), '+inf')
local posted = 0
for _, entry in ipairs(redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', EXACT)) do
  local at, kind = string.match(entry[2][2], '^{"conversation":"[^"]*","seq":%d+,"from":"[^"]*","at":(%d+),"kind":"(%a+)"')
  if tonumber(at or 0) < q.now - 60000 then break end
  if kind == 'text' then posted = posted + 1 end
end
local state = redis.call('HMGET', KEYS[6], 'minute', 'this', 'before')
local minute = math.floor(q.now / 60000)
local this, before = 0, 0
if state[1] == number(minute) then
  this, before = tonumber(state[2] or 0), tonumber(state[3] or 0)
elseif state[1] == number(minute - 1) then
  before = tonumber(state[2] or 0)
end
local left = 60000 - q.now % 60000
return { 0, waiting + held, leased, redis.call('ZCOUNT', KEYS[8], '(' .. number(q.now), '+inf'), q.taken, q.policy, q.stopped and 1 or 0,
  posted, math.floor(this + before * left / 60000) }
