-- Replaces the password's hash if it still is the expected one; tokens issued until now are void from the same step on.
-- KEYS  1 account  2 revoked  3 nodes
-- ARGV  1 user  2 expected hash  3 new hash
-- Reply { 0, ms up to which tokens are void } | { 4040 } no such registered name | { 4010 } another hash
--!include user-common
--!include token-common
local f = redis.call('HMGET', KEYS[1], 'kind', 'pw')
if f[1] ~= 'r' then return { 4040 } end
if f[2] ~= ARGV[2] then return { 4010 } end
redis.call('HSET', KEYS[1], 'pw', ARGV[3])
return { 0, revoke_all(KEYS[1], KEYS[2], KEYS[3], ARGV[1], '') }
