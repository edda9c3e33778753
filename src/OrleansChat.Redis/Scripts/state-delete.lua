-- Deletes a grain's state if nobody changed it since it was read.
-- KEYS  1 state
-- ARGV  1 etag that it must have, '' for none
-- Reply { 1 } done | { 0, etag that it has }
local etag = redis.call('HGET', KEYS[1], 'etag') or ''
if etag ~= ARGV[1] then return { 0, etag } end
redis.call('DEL', KEYS[1])
return { 1 }
