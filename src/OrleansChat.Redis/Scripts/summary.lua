-- A conversation as one member sees it. Membership is checked here (I8).
-- KEYS  1 meta  2 log  3 members  4 patch  5 bans  6 read  7 delivered
-- ARGV  1 conversation  2 user  3 incarnation
-- Reply { code, epoch, last, first readable, first kept, role, mute, read, delivered, unread, members, title, pinned, json, patch, edited, tombstone,
--         number of the entry that made them a member }
--!include log-common
local direct = string.sub(ARGV[1], 1, 3) == 'dm:'
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'last', 'first', 'history', 'deleted', 'title', 'pinned', 'newest', 'count', 'before_first')
local epoch, last, first = meta[1], tonumber(meta[2] or 0), tonumber(meta[3] or 1)
if not direct and (not epoch or meta[5]) then return { 4041 } end
local me = parse_member(redis.call('HGET', KEYS[3], ARGV[2]))
if not is_member(me, ARGV[3]) then
  if not epoch then return { 0, '', 0, 1, 1, 'm', '', 0, 0, 0, 2, '', '', '', '', '', '', 1 } end
  return { stranger(KEYS[5], ARGV[2]) }
end
local from = first
if direct or meta[4] == 'joined' then from = math.max(first, me.from) end
local read, counted = string.match(redis.call('HGET', KEYS[6], ARGV[2]) or '0:0', '^(%d+):(%d+)$')
local delivered = tonumber(redis.call('HGET', KEYS[7], ARGV[2]) or 0)
read = math.min(tonumber(read), last)
-- What is gone cannot be read any more.
local unread = math.max(0, tonumber(meta[9] or 0) - math.max(tonumber(counted), tonumber(meta[10] or 0)))
local json, patch, edited, tombstone = '', '', '', ''
local newest = tonumber(meta[8] or 0)
if newest >= from then
  local entry = redis.call('XRANGE', KEYS[2], number(newest) .. '-0', number(newest) .. '-0')[1]
  local parts = redis.call('HMGET', KEYS[4], number(newest), number(newest) .. 'e', number(newest) .. 'd')
  json = entry and entry[2][2] or ''
  patch, edited, tombstone = parts[1] or '', parts[2] or '', parts[3] or ''
end
return { 0, epoch, last, from, first, me.role, me.mute, read, math.max(read, math.min(delivered, last)), unread,
  redis.call('HLEN', KEYS[3]), meta[6] or '', meta[7] or '', json, patch, edited, tombstone, me.from }
