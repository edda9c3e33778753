-- Appends 1 to 64 sends of one conversation: recognises repeats, checks membership, mute and block, numbers, stores, announces.
-- Invariants I1 to I4, I6, I8. Every check comes before the first write; Redis refuses writes (memory, disk) only at the first one.
-- This is the hottest step of all, and its cost is the number of commands, of bytes in new strings (Redis' Lua hashes each whole) and of
-- numbers that become text. So what is the same for every send is done once, what is rarely needed is read only then, and a batch in
-- which everything was appended is answered in four values. What was tried: docs/decisions/0011-the-cost-of-an-append.md
-- KEYS  1 meta  2 log  3 members  4 ids:0  5 ids:1  6 read  7 bans
-- ARGV  1 conversation  2 known epoch  3 known seq  4 fresh epoch  5 origin node ('' announces to all)  6 direct: one  7 direct: other
--       8 letters: c creates a direct conversation and what is missing of it, r some of the sends are resends
--       9 direct: with c, the incarnation of one  10 of the other
--       11 the actor of all sends (the user, and for a guest a space and the incarnation), or '' when they are several
--       then three for each send: what it is recognised by (actor, space, client id), content hash (and @after on a resend), tail;
--       and a fourth, its actor, when they are several
--       then, only if there is something to say: messages a second that a group may be sent (0: any number), traceparent or '-'
-- Reply { epoch, last, first, at } when every send was appended: they are numbered from first on
--       or { epoch, last, then three for each send: code, seq, at }, code 0 appended, 1 a repeat, 2 search the log before entry <seq>,
--       3 say it again alone once the sends before it are answered, 4xxx refused
--       or { '' , 0 } when a direct conversation or one of its two members has to be created first: nothing was done
--!include log-common
local BURST = 4 -- seconds' worth of messages that a group which was silent may be sent at once
local WINDOW = 4096 -- sends in one generation of the duplicate window; two generations take turns
local SCANNED = 128 -- sends from which on a generation is a table: Redis looks through a small hash from its beginning for every field
local FIXED = 11 -- arguments before those of the sends
local call = redis.call
local conversation, fresh, origin, letters, only = ARGV[1], ARGV[4], ARGV[5], ARGV[8], ARGV[11]
local direct = ARGV[6] ~= ''
local create = string.find(letters, 'c', 1, true)
local resends = string.find(letters, 'r', 1, true)
local stride = only == '' and 4 or 3
local more = (#ARGV - FIXED) % stride
local n = (#ARGV - FIXED - more) / stride
local per_second = more > 0 and tonumber(ARGV[#ARGV - 1]) or 0
local trace = more > 0 and ARGV[#ARGV] or nil

local meta = call('HMGET', KEYS[1], 'epoch', 'last', 'count', 'at', 'nodes')
local epoch, last, count, at = meta[1], tonumber(meta[2] or 0), tonumber(meta[3] or 0), tonumber(meta[4] or 0)

local function refuse_all(code)
  local refused = { '-', 0 }
  for i = 1, n do
    local r = 3 * i
    refused[r], refused[r + 1], refused[r + 2] = code, 0, 0
  end
  return refused
end

local members = {}
local reopened
if direct then
  local found = call('HMGET', KEYS[3], ARGV[6], ARGV[7])
  for i = 1, 2 do
    local name, value = ARGV[5 + i], found[i]
    -- Missing, or there with flags only (role '-')
    if create or not value or string.sub(value, 1, 1) == '-' then
      if not create then return { '', 0 } end
      local m = parse_member(value)
      local inc = ARGV[8 + i]
      if not m or m.role == '-' or m.inc ~= inc then
        value = member_value({ role = 'm', from = last + 1, inc = inc, mute = '', flags = m and m.flags or '' })
        reopened = reopened or {}
        reopened[name] = value
      end
    end
    members[name] = value
  end
  if not epoch then
    if not create then return { '', 0 } end
    epoch = fresh
  end
elseif not epoch then
  return refuse_all(4041)
end

local fields, actors, users = {}, {}, {}
for i = 1, n do fields[i] = ARGV[FIXED + 1 + (i - 1) * stride] end
local function enter(text)
  local space = string.find(text, ' ', 1, true)
  local actor = { user = space and string.sub(text, 1, space - 1) or text, inc = space and string.sub(text, space + 1) or '' }
  actors[text] = actor
  users[#users + 1] = actor.user
  return actor
end
local single
if stride == 3 then
  single = enter(only)
else
  for i = 1, n do
    local text = ARGV[FIXED + 4 * i]
    if not actors[text] then enter(text) end
  end
end

-- Repeats: one look into each generation for all sends.
local seen0 = call('HMGET', KEYS[4], unpack(fields))
local seen1 = count >= WINDOW and call('HMGET', KEYS[5], unpack(fields))
if not direct then
  local found = call('HMGET', KEYS[3], unpack(users))
  for i = 1, #users do members[users[i]] = found[i] end
end

-- Where the two generations begin. Needed for resends, and by the send that begins a generation.
local before, window
local function read_window()
  local found = call('HMGET', KEYS[1], 'window', 'before')
  window, before = tonumber(found[1] or 1), tonumber(found[2] or 1)
end
if resends then
  if not direct and call('HEXISTS', KEYS[1], 'deleted') == 1 then return refuse_all(4041) end
  read_window()
end

-- What somebody may do is the same for all of their sends in this batch.
local now, stamp
local function judge(actor)
  local value = members[actor.user]
  local role, inc, mute, flags
  if value then role, inc, mute, flags = string.match(value, '^(.):%d+:([^:]*):(%d*):(%a*)$') end
  if not value or role == '-' or inc ~= actor.inc then
    if direct then return -1 end
    -- A group that was deleted has no members.
    return call('HEXISTS', KEYS[1], 'deleted') == 1 and 4041 or stranger(KEYS[7], actor.user)
  end
  if flags ~= '' and string.find(flags, 'b', 1, true) then return 4032 end
  if not now then
    now = clock(at)
    stamp = ':' .. now .. ':'
  end
  if mute ~= '' and tonumber(mute) > now then return 4033 end
  actor.head = ',"from":"' .. actor.user .. '","at":' .. now .. ','
  return 0
end

-- The group's budget: a token for each message that is appended, for all nodes together.
local tokens
local function has_token()
  if not tokens then
    local left, since = string.match(call('HGET', KEYS[1], 'budget') or '', '^([%d.]+):(%d+)$')
    tokens = per_second * BURST
    if left then tokens = math.min(tokens, tonumber(left) + math.max(0, now - tonumber(since)) * per_second / 1000) end
  end
  if tokens < 1 then return false end
  tokens = tokens - 1
  return true
end

local head = '{"conversation":"' .. conversation .. '","seq":'
local first = last + 1
local reply                       -- made only when there is something else to say than that all were appended
local batch = n > 1 and {}        -- repeats within this batch
local entries, e = {}, 0          -- what is appended, in order: number, message, messages up to here
local added, g = {}, 0            -- fields and values for the generation that is being filled
local generation = math.floor(count / WINDOW) % 2
local filled = count % WINDOW     -- how many that generation held before
local earlier, rotated            -- what still belongs to the generation before, when this batch begins one
local text, counted               -- last and count as text
for i = 1, n do
  local a = FIXED + 2 + (i - 1) * stride
  local field, hash = fields[i], ARGV[a]
  local after
  if resends then
    local split = string.find(hash, '@', 1, true)
    if split then hash, after = string.sub(hash, 1, split - 1), tonumber(string.sub(hash, split + 1)) end
  end
  local code, seq, when = 0, 0, 0
  local known = batch and batch[field] or seen0[i] or seen1 and seen1[i]
  if known then
    local s, t, h = string.match(known, '^(%d+):(%d+):(.*)$')
    if h == hash then code, seq, when = 1, tonumber(s), tonumber(t) else code = 4091 end
  else
    local actor = single or actors[ARGV[a + 2]]
    if after and after + 1 < before then
      -- What its sender sent behind it must not be numbered before it.
      code, seq = 2, before
      actor.code = 3
    else
      code = actor.code
      if not code then
        code = judge(actor)
        actor.code = code
      end
    end
    if code == -1 then return { '', 0 } end
    if code == 0 and per_second > 0 and not has_token() then code = 4290 end
    if code == 0 then
      if count % WINDOW == 0 then
        -- This send begins a generation: the older one ends, and what it knew is from now on searched in the log.
        rotated = (count / WINDOW) % 2
        if g > 0 then earlier, added, g = added, {}, 0 end
        generation, filled = rotated, 0
        if not window then read_window() end
        before, window = window, last + 1
      end
      last = last + 1
      count = count + 1
      text = last .. ''
      counted = count == last and text or count .. '' -- the same until an entry is no message
      seq, when = last, now
      local value = text .. stamp .. hash
      if batch then batch[field] = value end
      added[g + 1], added[g + 2] = field, value
      g = g + 2
      actor.seq, actor.count = text, counted
      entries[e + 1], entries[e + 2], entries[e + 3] = text, head .. text .. actor.head .. ARGV[a + 1], counted
      e = e + 3
    end
  end
  if code ~= 0 and not reply then
    reply = { '', 0 }
    for j = 1, i - 1 do
      local r = 3 * j
      reply[r], reply[r + 1], reply[r + 2] = 0, first + j - 1, now
    end
  end
  if reply then
    local r = 3 * i
    reply[r], reply[r + 1], reply[r + 2] = code, seq, when
  end
end

epoch = current_epoch(KEYS[1], epoch, first - 1, ARGV[2], tonumber(ARGV[3]), fresh)
reply = reply or { '', 0, first, now }
reply[1], reply[2] = epoch, last
if e == 0 then return reply end

if not meta[1] then call('HSET', KEYS[1], 'epoch', epoch, 'kind', 'direct') end
if reopened then
  for name, value in pairs(reopened) do
    call('HSET', KEYS[3], name, value)
    call('HSET', KEYS[6], name, (first - 1) .. ':' .. (meta[3] or '0'))
  end
end
if rotated then
  if earlier then call('HSET', KEYS[5 - rotated], unpack(earlier)) end
  call('UNLINK', KEYS[4 + rotated])
  call('HSET', KEYS[1], 'window', number(window), 'before', number(before))
end
if filled < SCANNED and filled + g / 2 >= SCANNED then
  -- A value that is too long for a small hash makes a table of it; Redis would not before 512 fields. No field of a send is called '-'.
  added[g + 1], added[g + 2] = '-', string.rep('-', 65)
end
call('HSET', KEYS[4 + generation], unpack(added))
for i = 1, e, 3 do
  call('XADD', KEYS[2], entries[i], 'm', entries[i + 1], 'n', entries[i + 2])
end
call('HSET', KEYS[1], 'last', text, 'count', counted, 'at', now .. '', 'newest', text)
if tokens then call('HSET', KEYS[1], 'budget', string.format('%.3f:%.0f', tokens, now)) end
if single then
  call('HSET', KEYS[6], single.user, single.seq .. ':' .. single.count)
else
  local read, r = {}, 0
  for _, actor in pairs(actors) do
    if actor.seq then
      read[r + 1], read[r + 2] = actor.user, actor.seq .. ':' .. actor.count
      r = r + 2
    end
  end
  call('HSET', KEYS[6], unpack(read))
end
-- The origin alone follows most direct conversations of people on one node.
if meta[5] and meta[5] ~= origin then
  local messages = {}
  for i = 2, e, 3 do messages[#messages + 1] = entries[i] end
  announce(meta[5], origin, entries_header(conversation, epoch, first, trace) .. table.concat(messages, '\n'))
end
return reply
