-- The time by the clock of the server that holds a key.
-- KEYS  1 any key, which need not exist
-- Reply Unix milliseconds
local t = redis.call('TIME')
return t[1] * 1000 + math.floor(t[2] / 1000)
