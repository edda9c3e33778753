-- Messages by their numbers, with the overlay's parts beside them. For a member (membership is checked here, I8) or for a trusted back end.
-- KEYS  1 meta  2 log  3 members  4 patch
-- ARGV  1 conversation  2 user ('' for a back end)  3 incarnation  4... numbers
-- Reply five for each that can be read: number, json, patch or '', edited members or '', tombstone or ''
--!include log-common
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'first', 'history', 'deleted')
if not meta[1] or meta[4] then return {} end
local from = tonumber(meta[2] or 1)
if ARGV[2] ~= '' then
  local me = parse_member(redis.call('HGET', KEYS[3], ARGV[2]))
  if not is_member(me, ARGV[3]) then return {} end
  if string.sub(ARGV[1], 1, 3) == 'dm:' or meta[3] == 'joined' then from = math.max(from, me.from) end
end
local patched = redis.call('EXISTS', KEYS[4]) == 1
local reply = {}
for i = 4, #ARGV do
  local n = ARGV[i]
  if tonumber(n) >= from then
    local entry = redis.call('XRANGE', KEYS[2], n .. '-0', n .. '-0')[1]
    local parts = patched and redis.call('HMGET', KEYS[4], n, n .. 'e', n .. 'd') or {}
    if (entry and entry[2][1] == 'm') or parts[3] then
      local r = #reply
      reply[r + 1], reply[r + 2] = n, entry and entry[2][2] or ''
      reply[r + 3], reply[r + 4], reply[r + 5] = parts[1] or '', parts[2] or '', parts[3] or ''
    end
  end
end
return reply
