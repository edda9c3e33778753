-- Tells a conversation's nodes that somebody is writing. Not stored.
-- KEYS  1 meta  2 members  3 bans
-- ARGV  1 conversation  2 user  3 incarnation
-- Reply code
--!include log-common
local direct = string.sub(ARGV[1], 1, 3) == 'dm:'
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'nodes', 'deleted', 'at')
if not direct and (not meta[1] or meta[3]) then return 4041 end
local me = parse_member(redis.call('HGET', KEYS[2], ARGV[2]))
if not is_member(me, ARGV[3]) then
  if not meta[1] then return 0 end
  return stranger(KEYS[3], ARGV[2])
end
if string.find(me.flags, 'b', 1, true) then return 4032 end
if me.mute ~= '' and tonumber(me.mute) > clock(tonumber(meta[4] or 0)) then return 4033 end
announce(meta[2], '', 'V conversation ' .. ARGV[1] .. ' - 0 ' .. ARGV[2] .. '\n{"ev":"typing","conversation":"' .. ARGV[1]
  .. '","from":"' .. ARGV[2] .. '"}')
return 0
