-- Counts an attempt to sign in. The first one begins a minute, after which all are forgotten.
-- KEYS  1 attempts
-- Reply how many there were in this minute
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('EXPIRE', KEYS[1], 60) end
return n
