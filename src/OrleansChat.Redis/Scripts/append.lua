-- Appends 1 to 64 sends of one conversation: recognises repeats, checks membership, mute and block, numbers, stores, announces.
-- Invariants I1 to I4, I6, I8. Every check comes before the first write; Redis refuses writes (memory, disk) only at the first one.
-- KEYS  1 meta  2 log  3 members  4 ids:0  5 ids:1  6 read  7 bans
-- ARGV  1 conversation  2 known epoch  3 known seq  4 fresh epoch  5 origin node ('' announces to all)  6 direct: one  7 direct: other
--       8 direct: '1' creates what is missing, with the incarnations  9 of one  10 of the other
--       then six for each send: user, incarnation, client id, content hash, after ('' on a first send), tail
-- Reply { epoch, last, then three for each send: code, seq, at }, code 0 appended, 1 a repeat, 2 search the log before entry <seq>, 4xxx refused
--       or { '' , 0 } when a direct conversation or one of its two members has to be created first: nothing was done
--!include log-common
local WINDOW = 4096 -- sends in one generation of the duplicate window; two generations take turns
local conversation, origin = ARGV[1], ARGV[5]
local direct = ARGV[6] ~= ''
local fresh = ARGV[4]

local meta = redis.call('HMGET', KEYS[1], 'epoch', 'last', 'count', 'at', 'nodes', 'window', 'before', 'deleted')
local epoch, last, count, at = meta[1], tonumber(meta[2] or 0), tonumber(meta[3] or 0), tonumber(meta[4] or 0)
local window, before = tonumber(meta[6] or 1), tonumber(meta[7] or 1)

local members = {}
local reopened
if direct then
  local found = redis.call('HMGET', KEYS[3], ARGV[6], ARGV[7])
  for i = 1, 2 do
    local m = parse_member(found[i])
    local name, inc = ARGV[5 + i], ARGV[8 + i]
    if not m or m.role == '-' or (ARGV[8] == '1' and m.inc ~= inc) then
      if ARGV[8] ~= '1' then return { '', 0 } end
      m = { role = 'm', from = last + 1, inc = inc, mute = '', flags = m and m.flags or '' }
      reopened = reopened or {}
      reopened[name] = m
    end
    members[name] = m
  end
  if not epoch then
    if ARGV[8] ~= '1' then return { '', 0 } end
    epoch = fresh
  end
elseif not epoch or meta[8] then
  local refused = { '-', 0 }
  for _ = 11, #ARGV, 6 do
    refused[#refused + 1] = 4041
    refused[#refused + 1] = 0
    refused[#refused + 1] = 0
  end
  return refused
end

-- Repeats: one look into each generation for all sends.
local n = (#ARGV - 10) / 6
local fields, senders = {}, {}
for i = 1, n do
  local a = 5 + 6 * i
  fields[i] = ARGV[a] .. ' ' .. ARGV[a + 1] .. ' ' .. ARGV[a + 2]
  senders[i] = ARGV[a]
end
local seen0 = redis.call('HMGET', KEYS[4], unpack(fields))
local seen1 = count >= WINDOW and redis.call('HMGET', KEYS[5], unpack(fields)) or {}
if not direct then
  local found = redis.call('HMGET', KEYS[3], unpack(senders))
  for i = 1, n do members[senders[i]] = parse_member(found[i]) end
end

local now
local reply = { epoch, last }
local r = 2
local batch = {}                            -- repeats within this batch
local messages = {}                         -- what is appended, in order
local marks = {}                            -- read watermarks of the senders
local generations = { [0] = {}, [1] = {} }  -- fields and values for ids:0 and ids:1
local rotated
local first = last + 1
for i = 1, n do
  local a = 5 + 6 * i
  local user, inc, hash, after = ARGV[a], ARGV[a + 1], ARGV[a + 3], tonumber(ARGV[a + 4])
  local field = fields[i]
  local known = batch[field] or seen0[i] or seen1[i]
  local code, seq, when = 0, 0, 0
  if known then
    local s, t, h = string.match(known, '^(%d+):(%d+):(.*)$')
    if h == hash then code, seq, when = 1, tonumber(s), tonumber(t) else code = 4091 end
  elseif after and after + 1 < before then
    code, seq = 2, before
  else
    local m = members[user]
    if not is_member(m, inc) then
      if direct then return { '', 0 } end
      code = stranger(KEYS[7], user)
    elseif m.flags ~= '' and string.find(m.flags, 'b', 1, true) then
      code = 4032
    else
      now = now or clock(at)
      if m.mute ~= '' and tonumber(m.mute) > now then code = 4033 end
    end
  end
  if code == 0 then
    if count % WINDOW == 0 then
      -- This send begins a generation: the older one ends, and what it knew is from now on searched in the log.
      rotated = (count / WINDOW) % 2
      generations[rotated] = {}
      before, window = window, last + 1
    end
    last = last + 1
    local generation = generations[math.floor(count / WINDOW) % 2]
    count = count + 1
    seq, when = last, now
    local value = number(seq) .. ':' .. number(now) .. ':' .. hash
    batch[field] = value
    generation[#generation + 1] = field
    generation[#generation + 1] = value
    marks[user] = number(seq) .. ':' .. number(count)
    messages[#messages + 1] = compose(conversation, seq, user, now, ARGV[a + 5])
    messages[#messages + 1] = count
  end
  reply[r + 1], reply[r + 2], reply[r + 3] = code, seq, when
  r = r + 3
end

reply[1] = current_epoch(KEYS[1], epoch, first - 1, ARGV[2], tonumber(ARGV[3]), fresh)
reply[2] = last
if #messages == 0 then return reply end

if not meta[1] then redis.call('HSET', KEYS[1], 'epoch', reply[1], 'kind', 'direct') end
if reopened then
  for name, m in pairs(reopened) do
    redis.call('HSET', KEYS[3], name, member_value(m))
    redis.call('HSET', KEYS[6], name, number(first - 1) .. ':' .. number(tonumber(meta[3] or 0)))
  end
end
if rotated then redis.call('UNLINK', KEYS[4 + rotated]) end
for g = 0, 1 do
  if #generations[g] > 0 then redis.call('HSET', KEYS[4 + g], unpack(generations[g])) end
end
local seq = first
local texts = {}
for i = 1, #messages, 2 do
  redis.call('XADD', KEYS[2], number(seq) .. '-0', 'm', messages[i], 'n', messages[i + 1])
  texts[#texts + 1] = messages[i]
  seq = seq + 1
end
redis.call('HSET', KEYS[1], 'last', last, 'count', count, 'at', now, 'newest', last, 'window', window, 'before', before)
local read = {}
for user, mark in pairs(marks) do
  read[#read + 1] = user
  read[#read + 1] = mark
end
redis.call('HSET', KEYS[6], unpack(read))
if meta[5] then
  announce(meta[5], origin, entries_header(conversation, reply[1], first) .. table.concat(texts, '\n'))
end
return reply
