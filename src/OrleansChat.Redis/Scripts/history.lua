-- A page of messages with the overlay's parts beside them; change entries are left out and not counted. Membership is checked here (I8).
-- KEYS  1 meta  2 log  3 members  4 patch  5 bans
-- ARGV  1 conversation  2 user  3 incarnation  4 'before' | 'after'  5 number ('' with before: the end)  6 limit
-- Reply { code, epoch, last, from, to, more, then four for each message, in the order read: json, patch or '', edited members or '', tombstone or '' }
--!include log-common
local CHUNK = 100 -- entries read at a time; a page passes over at most 20 chunks and then says that there is more
local direct = string.sub(ARGV[1], 1, 3) == 'dm:'
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'last', 'first', 'history', 'deleted')
local epoch, last, first = meta[1], tonumber(meta[2] or 0), tonumber(meta[3] or 1)
if not direct and (not epoch or meta[5]) then return { 4041, '-', 0, 0, 0, 0 } end
local me = parse_member(redis.call('HGET', KEYS[3], ARGV[2]))
if not is_member(me, ARGV[3]) then
  if not epoch then return { 0, '-', 0, 1, 0, 0 } end
  return { stranger(KEYS[5], ARGV[2]), epoch, 0, 0, 0, 0 }
end
if direct or meta[4] == 'joined' then first = math.max(first, me.from) end

local forward, limit = ARGV[4] == 'after', tonumber(ARGV[6])
local low, high = first, last
if forward then
  low = math.max(first, tonumber(ARGV[5]) + 1)
elseif ARGV[5] ~= '' then
  high = math.min(last, tonumber(ARGV[5]) - 1)
end

local patched = redis.call('EXISTS', KEYS[4]) == 1
local reply = { 0, epoch, last, low, high, 0 }
local taken = 0
local function take(seq, json)
  local parts = patched and redis.call('HMGET', KEYS[4], number(seq), number(seq) .. 'e') or {}
  local n = #reply
  reply[n + 1], reply[n + 2], reply[n + 3], reply[n + 4] = json, parts[1] or '', parts[2] or '', ''
  taken = taken + 1
end
local function take_tombstone(seq)
  local json = redis.call('HGET', KEYS[4], number(seq) .. 'd')
  -- Tombstones of edit entries are changes: left out like these.
  if json and string.find(json, '^{"conversation":"[^"]*","seq":%d+,"from":"[^"]*","at":%d+,"kind":"text"') then
    local n = #reply
    reply[n + 1], reply[n + 2], reply[n + 3], reply[n + 4] = '', '', '', json
    taken = taken + 1
  end
end

local at = forward and low or high
local step = forward and 1 or -1
for _ = 1, 20 do
  if at < low or at > high or taken >= limit then break end
  local chunk_end = forward and math.min(high, at + CHUNK - 1) or math.max(low, at - CHUNK + 1)
  local entries
  if forward then
    entries = redis.call('XRANGE', KEYS[2], number(at) .. '-0', number(chunk_end) .. '-0')
  else
    entries = redis.call('XREVRANGE', KEYS[2], number(at) .. '-0', number(chunk_end) .. '-0')
  end
  local i = 1
  while taken < limit and (forward and at <= chunk_end or not forward and at >= chunk_end) do
    local entry = entries[i]
    if entry and tonumber(string.match(entry[1], '^(%d+)')) == at then
      if entry[2][1] == 'm' then take(at, entry[2][2]) end
      i = i + 1
    elseif patched then
      take_tombstone(at)
    end
    at = at + step
  end
end
if forward then
  reply[5] = at - 1
  if at <= high then reply[6] = 1 end
else
  reply[4] = at + 1
  if at >= low then reply[6] = 1 end
end
return reply
