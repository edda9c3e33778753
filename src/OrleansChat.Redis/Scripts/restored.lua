-- Makes a conversation that came from a backup another one than it was: positions from before mean nothing in it, and no node of before follows it.
-- KEYS  1 meta  2 members
-- ARGV  1 fresh epoch  2 '1' names the members
-- Reply { '1' has a new epoch or '0' there was nothing but followers, '1' a public group or '', member ... }
--!include log-common
redis.call('HDEL', KEYS[1], 'nodes')
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'public', 'deleted')
if not meta[1] then return { '0', '' } end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1])
if meta[3] then return { '1', '' } end
local reply = { '1', meta[2] == '1' and '1' or '' }
if ARGV[2] == '1' then
  local members = redis.call('HGETALL', KEYS[2])
  for i = 1, #members, 2 do
    if parse_member(members[i + 1]).role ~= '-' then reply[#reply + 1] = members[i] end
  end
end
return reply
