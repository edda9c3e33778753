-- What a group is, and who is in it, banned from it or asking for it.
-- KEYS  1 meta  2 members  3 bans  4 requests
-- ARGV  1 user  2 incarnation  3 'info' | 'members' | 'requests'  4 after  5 limit
-- Reply of info     { code, title, join, public, history, members, role or '' }
--       of members  { code, more, then four for each: name, role, from, mute }
--       of requests { code, more, names ... }
--!include log-common
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'title', 'join', 'public', 'history', 'deleted')
if not meta[1] or meta[6] then return { 4041 } end
local me = parse_member(redis.call('HGET', KEYS[2], ARGV[1]))
if not is_member(me, ARGV[2]) then me = nil end
if ARGV[3] == 'info' then
  if not me and meta[4] ~= '1' then return { stranger(KEYS[3], ARGV[1]) } end
  return { 0, meta[2], meta[3], meta[4], meta[5], redis.call('HLEN', KEYS[2]), me and me.role or '' }
end
if not me then return { stranger(KEYS[3], ARGV[1]) } end
if ARGV[3] == 'requests' and me.role == 'm' then return { 4031 } end
local key = ARGV[3] == 'members' and KEYS[2] or KEYS[4]
local limit = tonumber(ARGV[5])
local names = {}
for _, name in ipairs(redis.call('HKEYS', key)) do
  if name > ARGV[4] then names[#names + 1] = name end
end
table.sort(names)
local reply = { 0, #names > limit and 1 or 0 }
for i = 1, math.min(limit, #names) do
  reply[#reply + 1] = names[i]
  if ARGV[3] == 'members' then
    local m = parse_member(redis.call('HGET', key, names[i]))
    reply[#reply + 1], reply[#reply + 2], reply[#reply + 3] = m.role, m.from, m.mute
  end
end
return reply
