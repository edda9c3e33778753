-- Edits, deletes, reacts to or pins a message: checks, changes the overlay, appends the change entry, announces.
-- KEYS  1 meta  2 log  3 members  4 patch  5 bans  6 deleted  7 queue  8 held  9 pending  10 returned (6 to 10: see queue-common)
-- ARGV  1 conversation  2 known epoch  3 known seq  4 fresh epoch  5 origin node  6 user  7 incarnation  8 edit | delete | react | pin
--       9 target  10 edit: JSON members "text":...; react: the emoji, which needs no escaping  11 '1' sets, '0' takes back
-- Reply { code, epoch, seq, message }: code 0 done (message '' when nothing had to change), 4xxx refused
--
-- The overlay of message N: patch[N] = JSON { e = ms of the edit, c = numbers of its edit entries, r = [[emoji, [names]]] },
-- patch[N .. 'e'] = the edited members, patch[N .. 'd'] = the tombstone that readers get where the entry is gone.
--!include log-common
local MAX_EDITS, MAX_EMOJI, MAX_PINS = 100, 50, 50
local conversation, user, inc, op, target, payload, on = ARGV[1], ARGV[6], ARGV[7], ARGV[8], tonumber(ARGV[9]), ARGV[10], ARGV[11] == '1'
local direct = string.sub(conversation, 1, 3) == 'dm:'

local meta = redis.call('HMGET', KEYS[1], 'epoch', 'last', 'count', 'at', 'nodes', 'pinned', 'history', 'deleted')
local epoch, last, count = meta[1], tonumber(meta[2] or 0), tonumber(meta[3] or 0)
if not direct and (not epoch or meta[8]) then return { 4041, '-', 0, '' } end
local me = parse_member(redis.call('HGET', KEYS[3], user))
if not is_member(me, inc) then
  -- A direct conversation without messages has nobody inside, yet is not foreign to its two people.
  if direct and not epoch then return { 4042, '-', 0, '' } end
  return { stranger(KEYS[5], user), epoch or '-', 0, '' }
end
if string.find(me.flags, 'b', 1, true) then return { 4032, epoch, 0, '' } end
local now = clock(tonumber(meta[4] or 0))
if op ~= 'delete' and me.mute ~= '' and tonumber(me.mute) > now then return { 4033, epoch, 0, '' } end
local admin = me.role == 'o' or me.role == 'a'
if (direct or meta[7] == 'joined') and target < me.from then return { 4042, epoch, 0, '' } end

local found = redis.call('XRANGE', KEYS[2], number(target) .. '-0', number(target) .. '-0')[1]
if not found or found[2][1] ~= 'm' then return { 4042, epoch, 0, '' } end
local head, from, at, kind, rest = string.match(found[2][2],
  '^({"conversation":"[^"]*","seq":%d+,"from":"([^"]*)","at":(%d+),"kind":"(%a+)")(.*)$')
if kind ~= 'text' then return { 4042, epoch, 0, '' } end
-- A guest of the same name before this one is somebody else.
local author = from == user and (inc == '' or target >= me.from)

local slot = number(target)
local raw = redis.call('HGET', KEYS[4], slot)
local patch = raw and cjson.decode(raw) or {}
local data
if op == 'edit' then
  if not author then return { 4031, epoch, 0, '' } end
  patch.c = patch.c or {}
  if #patch.c >= MAX_EDITS then return { 4290, epoch, 0, '' } end
  patch.e = now
  patch.c[#patch.c + 1] = last + 1
  data = '"kind":"edit","data":{"target":' .. slot .. '},' .. payload .. '}'
elseif op == 'delete' then
  if not (author or (admin and not direct)) then return { 4031, epoch, 0, '' } end
  data = '"kind":"delete","data":{"target":' .. slot .. '}}'
elseif op == 'react' then
  local reactions = patch.r or {}
  local place
  for i, reaction in ipairs(reactions) do
    if reaction[1] == payload then place = i end
  end
  local names = place and reactions[place][2] or {}
  local mine
  for i, name in ipairs(names) do
    if name == user then mine = i end
  end
  if on == (mine ~= nil) then return { 0, epoch, last, '' } end
  if on then
    if not place then
      if #reactions >= MAX_EMOJI then return { 4290, epoch, 0, '' } end
      reactions[#reactions + 1] = { payload, names }
    end
    names[#names + 1] = user
  else
    table.remove(names, mine)
    if #names == 0 then table.remove(reactions, place) end
  end
  patch.r = #reactions > 0 and reactions or nil
  data = '"kind":"reaction","data":{"target":' .. slot .. ',"emoji":"' .. payload .. '","on":' .. (on and 'true' or 'false') .. '}}'
else
  if not (admin or direct) then return { 4031, epoch, 0, '' } end
  local pinned, held = {}, false
  for one in string.gmatch(meta[6] or '', '%d+') do
    if one == slot then held = true else pinned[#pinned + 1] = one end
  end
  if on == held then return { 0, epoch, last, '' } end
  if on then
    if #pinned >= MAX_PINS then return { 4290, epoch, 0, '' } end
    pinned[#pinned + 1] = slot
  end
  data = '"kind":"pin","data":{"target":' .. slot .. ',"on":' .. (on and 'true' or 'false') .. '}}'
  redis.call('HSET', KEYS[1], 'pinned', table.concat(pinned, ' '))
end

epoch = current_epoch(KEYS[1], epoch, last, ARGV[2], tonumber(ARGV[3]), ARGV[4])
local seq = last + 1
local message = compose(conversation, seq, user, now, data)
redis.call('XADD', KEYS[2], number(seq) .. '-0', 'c', message, 'n', number(count))
if op == 'edit' then
  redis.call('HSET', KEYS[4], slot, cjson.encode(patch), slot .. 'e', payload)
elseif op == 'react' then
  redis.call('HSET', KEYS[4], slot, cjson.encode(patch))
elseif op == 'delete' then
  -- The content goes everywhere: from the entry, from the overlay, and from the entries of its edits.
  local id = string.match(rest, '^,"clientId":"([^"]*)"')
  redis.call('HSET', KEYS[4], slot .. 'd', head .. (id and ',"clientId":"' .. id .. '"' or '') .. ',"deleted":true}')
  redis.call('XDEL', KEYS[2], slot .. '-0')
  for _, edit in ipairs(patch.c or {}) do
    local e = number(edit)
    local entry = redis.call('XRANGE', KEYS[2], e .. '-0', e .. '-0')[1]
    if entry then
      local start = string.match(entry[2][2], '^({"conversation":"[^"]*","seq":%d+,"from":"[^"]*","at":%d+,"kind":"%a+","data":{"target":%d+})')
      redis.call('HSET', KEYS[4], e .. 'd', start .. ',"deleted":true}')
      redis.call('XDEL', KEYS[2], e .. '-0')
    end
  end
  redis.call('HDEL', KEYS[4], slot, slot .. 'e')
  if not direct then
    -- Nor is it an item of the group's queue any more.
    redis.call('ZADD', KEYS[6], slot, slot)
    for i = 8, 10 do redis.call('ZREM', KEYS[i], slot) end
    redis.call('HDEL', KEYS[7], 'h' .. slot, 'l' .. slot, 'w' .. slot)
  end
  local pinned = {}
  for one in string.gmatch(meta[6] or '', '%d+') do
    if one ~= slot then pinned[#pinned + 1] = one end
  end
  redis.call('HSET', KEYS[1], 'pinned', table.concat(pinned, ' '))
end
redis.call('HSET', KEYS[1], 'last', seq, 'at', now)
announce(meta[5], ARGV[5], entries_header(conversation, epoch, seq) .. message)
return { 0, epoch, seq, message }
