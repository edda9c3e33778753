-- Writes a grain's state, or empties it, if nobody changed it since it was read.
-- KEYS  1 state
-- ARGV  1 etag that it must have, '' for none  2 new etag  3 data, '' for a cleared state
-- Reply { 1 } done | { 0, etag that it has }
local etag = redis.call('HGET', KEYS[1], 'etag') or ''
if etag ~= ARGV[1] then return { 0, etag } end
redis.call('HSET', KEYS[1], 'etag', ARGV[2], 'data', ARGV[3])
return { 1 }
