-- What there is to say about a queue. Depth is exact: messages are counted in every entry, deleted ones are known by number.
-- KEYS, ARGV  see queue-common, and 4 '1' leaves out the rates
-- Reply { code, depth, leased, consumers, consumed, policy, stopped, posted in the last minute, consumed in the last minute }
--!include log-common
--!include queue-common
local code, q = open_queue(true)
if code ~= 0 then return { code } end
local now = number(q.now)
local waiting = math.max(0, q.count - q.counted - redis.call('ZCOUNT', KEYS[6], '(' .. number(q.cursor), '+inf'))
local depth = waiting + redis.call('ZCARD', KEYS[8]) + redis.call('ZCARD', KEYS[10]) + redis.call('ZCOUNT', KEYS[9], '-inf', now)
local leased = redis.call('ZCOUNT', KEYS[8], '(' .. now, '+inf')
local consumers = redis.call('ZCOUNT', KEYS[11], '(' .. now, '+inf')
local reply = { 0, depth, leased, consumers, q.taken, q.policy, q.stopped and 1 or 0, 0, 0 }
if ARGV[4] == '1' then return reply end

-- Times in a log never fall: the minute's first entry is found by halving.
local low, high, before = 1, q.last, 0
while low <= high do
  local middle = math.floor((low + high) / 2)
  local entry = redis.call('XRANGE', KEYS[2], number(middle) .. '-0', number(high) .. '-0', 'COUNT', 1)[1]
  local at = entry and tonumber((string.match(entry[2][2], HEAD)))
  if at and at < q.now - 60000 then
    low, before = sequence(entry) + 1, tonumber(entry[2][4] or 0)
  else
    high = middle - 1
  end
end
reply[8] = q.count - before

local state = redis.call('HMGET', KEYS[7], 'minute', 'this', 'before')
local minute = math.floor(q.now / 60000)
local this, last = 0, 0
if state[1] == number(minute) then
  this, last = tonumber(state[2] or 0), tonumber(state[3] or 0)
elseif state[1] == number(minute - 1) then
  last = tonumber(state[2] or 0)
end
reply[9] = math.floor(this + last * (60000 - q.now % 60000) / 60000)
return reply
