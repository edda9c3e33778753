-- Sets fields that a back end keeps with a group, if the actor is its owner or an admin (I4).
-- KEYS  1 meta  2 members  3 fields
-- ARGV  1 actor  2 incarnation  3 most fields  4... fields and values, none just asks
-- Reply { 0 } | { 4031 } | { 4041 } | { 4001 } too many
--!include log-common
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'deleted')
if not meta[1] or meta[2] then return { 4041 } end
local me = parse_member(redis.call('HGET', KEYS[2], ARGV[1]))
if not is_member(me, ARGV[2]) or me.role == 'm' then return { 4031 } end
if #ARGV < 4 then return { 0 } end
local fresh = 0
for i = 4, #ARGV, 2 do
  if redis.call('HEXISTS', KEYS[3], ARGV[i]) == 0 then fresh = fresh + 1 end
end
if redis.call('HLEN', KEYS[3]) + fresh > tonumber(ARGV[3]) then return { 4001 } end
redis.call('HSET', KEYS[3], unpack(ARGV, 4))
return { 0 }
