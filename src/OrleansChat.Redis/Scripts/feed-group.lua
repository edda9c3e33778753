-- A group with its members and fields, for a trusted back end: nobody's membership is asked for.
-- KEYS  1 meta  2 members  3 fields
-- Reply { title, join, number of members, members ..., fields and values ... } | {} there is none
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'title', 'join', 'deleted')
if not meta[1] or meta[4] then return {} end
local names = redis.call('HKEYS', KEYS[2])
table.sort(names)
local reply = { meta[2], meta[3], #names }
for _, name in ipairs(names) do reply[#reply + 1] = name end
for _, part in ipairs(redis.call('HGETALL', KEYS[3])) do reply[#reply + 1] = part end
return reply
