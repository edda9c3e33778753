-- Appends 1 to 64 sends of one conversation: recognises repeats, checks membership, mute and block, numbers, stores, announces.
-- Invariants I1 to I4, I6, I8. Every check comes before the first write; Redis refuses writes (memory, disk) only at the first one.
-- This is the hottest step of all: what is the same for every send is done once, numbers become text once, and a batch in which
-- everything was appended is answered in four values.
-- KEYS  1 meta  2 log  3 members  4 ids:0  5 ids:1  6 read  7 bans
-- ARGV  1 conversation  2 known epoch  3 known seq  4 fresh epoch  5 origin node ('' announces to all)  6 direct: one  7 direct: other
--       8 direct: '1' creates what is missing, with the incarnations  9 of one  10 of the other
--       then four for each send: actor (the user, and for a guest a space and the incarnation), client id, content hash
--       (and @after on a resend), tail
--       then, only if there is something to say: messages a second that a group may be sent (0: any number), traceparent or '-'
-- Reply { epoch, last, first, at } when every send was appended: they are numbered from first on
--       or { epoch, last, then three for each send: code, seq, at }, code 0 appended, 1 a repeat, 2 search the log before entry <seq>, 4xxx refused
--       or { '' , 0 } when a direct conversation or one of its two members has to be created first: nothing was done
--!include log-common
local BURST = 4 -- seconds' worth of messages that a group which was silent may be sent at once
local WINDOW = 4096 -- sends in one generation of the duplicate window; two generations take turns
local conversation, origin = ARGV[1], ARGV[5]
local direct = ARGV[6] ~= ''
local create = ARGV[8] == '1'
local fresh = ARGV[4]
local more = (#ARGV - 10) % 4
local per_second = more > 0 and tonumber(ARGV[#ARGV - 1]) or 0
local trace = more > 0 and ARGV[#ARGV] or nil

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
    if not m or m.role == '-' or (create and m.inc ~= inc) then
      if not create then return { '', 0 } end
      m = { role = 'm', from = last + 1, inc = inc, mute = '', flags = m and m.flags or '' }
      reopened = reopened or {}
      reopened[name] = m
    end
    members[name] = m
  end
  if not epoch then
    if not create then return { '', 0 } end
    epoch = fresh
  end
elseif not epoch or meta[8] then
  local refused = { '-', 0 }
  for i = 11, #ARGV - more, 4 do
    local r = #refused
    refused[r + 1], refused[r + 2], refused[r + 3] = 4041, 0, 0
  end
  return refused
end

-- Repeats: one look into each generation for all sends. A guest's incarnation is part of the field.
local n = (#ARGV - 10 - more) / 4
local fields, actors, users = {}, {}, {}
for i = 1, n do
  local a = 7 + 4 * i
  local actor = ARGV[a]
  fields[i] = actor .. ' ' .. ARGV[a + 1]
  if not actors[actor] then
    local space = string.find(actor, ' ', 1, true)
    local user = space and string.sub(actor, 1, space - 1) or actor
    actors[actor] = { user = user, inc = space and string.sub(actor, space + 1) or '' }
    users[#users + 1] = user
  end
end
local seen0 = redis.call('HMGET', KEYS[4], unpack(fields))
local seen1 = count >= WINDOW and redis.call('HMGET', KEYS[5], unpack(fields)) or {}
if not direct then
  local found = redis.call('HMGET', KEYS[3], unpack(users))
  for i, user in ipairs(users) do members[user] = parse_member(found[i]) end
end

-- What somebody may do is the same for all of their sends in this batch.
local now, stamp
local function judge(actor)
  local m = members[actor.user]
  if not is_member(m, actor.inc) then return direct and -1 or stranger(KEYS[7], actor.user) end
  if m.flags ~= '' and string.find(m.flags, 'b', 1, true) then return 4032 end
  if not now then
    now = clock(at)
    stamp = ':' .. now .. ':'
  end
  if m.mute ~= '' and tonumber(m.mute) > now then return 4033 end
  actor.head = ',"from":"' .. actor.user .. '","at":' .. now .. ','
  return 0
end

-- The group's budget: a token for each message that is appended, for all nodes together.
local tokens
local function has_token()
  if not tokens then
    local left, since = string.match(redis.call('HGET', KEYS[1], 'budget') or '', '^([%d.]+):(%d+)$')
    tokens = per_second * BURST
    if left then tokens = math.min(tokens, tonumber(left) + math.max(0, now - tonumber(since)) * per_second / 1000) end
  end
  if tokens < 1 then return false end
  tokens = tokens - 1
  return true
end

local head = '{"conversation":"' .. conversation .. '","seq":'
local first = last + 1
local reply                                 -- made only when there is something else to say than that all were appended
local batch = {}                            -- repeats within this batch
local messages, counts = {}, {}             -- what is appended, in order
local generations = { [0] = {}, [1] = {} }  -- fields and values for ids:0 and ids:1
local generation = generations[math.floor(count / WINDOW) % 2]
local rotated
for i = 1, n do
  local a = 7 + 4 * i
  local field, hash = fields[i], ARGV[a + 2]
  local after
  local split = string.find(hash, '@', 1, true)
  if split then hash, after = string.sub(hash, 1, split - 1), tonumber(string.sub(hash, split + 1)) end
  local code, seq, when = 0, 0, 0
  local known = batch[field] or seen0[i] or seen1[i]
  if known then
    local s, t, h = string.match(known, '^(%d+):(%d+):(.*)$')
    if h == hash then code, seq, when = 1, tonumber(s), tonumber(t) else code = 4091 end
  elseif after and after + 1 < before then
    code, seq = 2, before
  else
    local actor = actors[ARGV[a]]
    if not actor.code then actor.code = judge(actor) end
    code = actor.code
    if code == -1 then return { '', 0 } end
    if code == 0 and per_second > 0 and not has_token() then code = 4290 end
    if code == 0 then
      if count % WINDOW == 0 then
        -- This send begins a generation: the older one ends, and what it knew is from now on searched in the log.
        rotated = (count / WINDOW) % 2
        generation = generations[rotated]
        before, window = window, last + 1
      end
      last = last + 1
      count = count + 1
      seq, when = last, now
      local value = last .. stamp .. hash
      batch[field] = value
      local g = #generation
      generation[g + 1], generation[g + 2] = field, value
      actor.seq, actor.count = last, count
      local k = #messages + 1
      messages[k] = head .. last .. actor.head .. ARGV[a + 3]
      counts[k] = count
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
if #messages == 0 then return reply end

if not meta[1] then redis.call('HSET', KEYS[1], 'epoch', epoch, 'kind', 'direct') end
if reopened then
  for name, m in pairs(reopened) do
    redis.call('HSET', KEYS[3], name, member_value(m))
    redis.call('HSET', KEYS[6], name, (first - 1) .. ':' .. (meta[3] or '0'))
  end
end
if rotated then
  redis.call('UNLINK', KEYS[4 + rotated])
  redis.call('HSET', KEYS[1], 'window', number(window), 'before', number(before))
end
for g = 0, 1 do
  if #generations[g] > 0 then redis.call('HSET', KEYS[4 + g], unpack(generations[g])) end
end
for i = 1, #messages do
  redis.call('XADD', KEYS[2], (first + i - 1) .. '-0', 'm', messages[i], 'n', counts[i] .. '')
end
local text = last .. ''
redis.call('HSET', KEYS[1], 'last', text, 'count', count .. '', 'at', now .. '', 'newest', text)
if tokens then redis.call('HSET', KEYS[1], 'budget', string.format('%.3f:%.0f', tokens, now)) end
local read, r = {}, 0
for _, actor in pairs(actors) do
  if actor.seq then
    read[r + 1], read[r + 2] = actor.user, actor.seq .. ':' .. actor.count
    r = r + 2
  end
end
redis.call('HSET', KEYS[6], unpack(read))
if meta[5] then
  announce(meta[5], origin, entries_header(conversation, epoch, first, trace) .. table.concat(messages, '\n'))
end
return reply
