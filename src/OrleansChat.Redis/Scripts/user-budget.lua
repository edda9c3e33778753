-- Takes tokens out of a user's bucket for one node: as many as are needed, and a quarter of what is left then, up to one second's worth.
-- A full bucket gives freely, one that runs out gives single tokens: little lies unused on a node where others need it.
-- KEYS  1 budget
-- ARGV  1 tokens a second  2 needed
-- Reply { taken, ms until there is one when none was taken }
local BURST = 4 -- seconds' worth of tokens that the bucket holds
local per_second, needed = tonumber(ARGV[1]), tonumber(ARGV[2])
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local tokens = per_second * BURST
local budget = redis.call('HMGET', KEYS[1], 'tokens', 'at')
if budget[1] then
  tokens = math.min(tokens, tonumber(budget[1]) + math.max(0, now - tonumber(budget[2])) * per_second / 1000)
end
local taken = math.min(needed, math.floor(tokens))
if taken == needed then taken = taken + math.min(per_second, math.floor((tokens - taken) / 4)) end
if taken == 0 then return { 0, math.max(1, math.ceil((1 - tokens) * 1000 / per_second)) } end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.3f', tokens - taken), 'at', string.format('%.0f', now))
-- Full again by then: as good as none.
redis.call('EXPIRE', KEYS[1], BURST + 1)
return { taken, 0 }
