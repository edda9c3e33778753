-- Carries out one command in a group: checks the actor's role, changes membership or settings, appends the system entry. (I4, I6, I8)
-- KEYS  1 meta  2 log  3 members  4 bans  5 requests  6 read  7 delivered  8 patch  9 ids:0  10 ids:1
--       11 to 18 the group's queue (queue-common)
-- ARGV  1 conversation  2 fresh epoch  3 origin node  4 actor  5 incarnation  6 verb  7 target user  8 target's incarnation  9 role o|a|m
--       10 mute until (ms, 0 unmutes)  11 largest number of members  12 update: JSON of the entry's data, then pairs of meta fields and values
-- Reply { code, epoch, seq, message, note }: message '' when nothing had to change; note 'pending' when a request waits,
--       'public' or 'private' when the group has to be entered into the directory or taken out
--!include log-common
local actor, verb, target, target_inc = ARGV[4], ARGV[6], ARGV[7], ARGV[8]
local RANK = { m = 0, a = 1, o = 2 }
local ROLE = { m = 'member', a = 'admin', o = 'owner' }
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'last', 'count', 'at', 'nodes', 'join', 'deleted', 'public')
local epoch, last, count = meta[1], tonumber(meta[2] or 0), tonumber(meta[3] or 0)
if not epoch or meta[7] then return { 4041, '-', 0, '', '' } end
local function refuse(code) return { code, epoch, 0, '', '' } end
local unchanged = { 0, epoch, last, '', '' }

local me = parse_member(redis.call('HGET', KEYS[3], actor))
if me and me.inc ~= ARGV[5] then me = nil end
local rank = me and RANK[me.role] or -1
local other = target ~= '' and parse_member(redis.call('HGET', KEYS[3], target)) or nil
if verb == 'join' then
  if redis.call('HEXISTS', KEYS[4], actor) == 1 then return refuse(4034) end
elseif not me then
  return refuse(stranger(KEYS[4], actor))
end

local data, note = nil, ''
local admitted, removed -- who comes in, with the incarnation; who goes
local apply = {}        -- writes, made only when every check has passed
local function later(...) apply[#apply + 1] = { ... } end

if verb == 'join' then
  if me then return unchanged end
  if meta[6] == 'invite' then return refuse(4031) end
  if meta[6] == 'approval' then
    redis.call('HSET', KEYS[5], actor, ARGV[5] == '' and '-' or ARGV[5])
    return { 0, epoch, last, '', 'pending' }
  end
  admitted = { actor, ARGV[5] }
  data = '{"type":"joined","user":"' .. actor .. '"}'
elseif verb == 'leave' then
  removed = actor
  data = '{"type":"left","user":"' .. actor .. '"'
  if me.role == 'o' then
    -- The last owner leaves the group to the admin or member who has been in it longest.
    local owners, heir, heir_name = 0, nil, nil
    local all = redis.call('HGETALL', KEYS[3])
    for i = 1, #all, 2 do
      local m = parse_member(all[i + 1])
      if all[i] ~= actor then
        if m.role == 'o' then owners = owners + 1 end
        if not heir or RANK[m.role] > RANK[heir.role]
          or (m.role == heir.role and (m.from < heir.from or (m.from == heir.from and all[i] < heir_name))) then
          heir, heir_name = m, all[i]
        end
      end
    end
    if owners == 0 and heir then
      heir.role = 'o'
      later('HSET', KEYS[3], heir_name, member_value(heir))
      data = data .. ',"owner":"' .. heir_name .. '"'
    end
  end
  data = data .. '}'
elseif verb == 'invite' or verb == 'approve' then
  if verb == 'approve' then
    if rank < 1 then return refuse(4031) end
    local asked = redis.call('HGET', KEYS[5], target)
    if not asked then return other and unchanged or refuse(4040) end
    target_inc = asked == '-' and '' or asked
  elseif rank < 1 and meta[6] ~= 'open' then
    return refuse(4031)
  end
  if other and other.inc == target_inc then return unchanged end
  if redis.call('HEXISTS', KEYS[4], target) == 1 then return refuse(4034) end
  admitted = { target, target_inc }
  data = '{"type":"joined","user":"' .. target .. '","by":"' .. actor .. '"}'
elseif verb == 'reject' then
  if rank < 1 then return refuse(4031) end
  if redis.call('HDEL', KEYS[5], target) == 0 then return refuse(4040) end
  return unchanged
elseif verb == 'kick' or verb == 'ban' then
  if rank < 1 then return refuse(4031) end
  if other and RANK[other.role] >= rank then return refuse(4031) end
  if not other and verb == 'kick' then return refuse(4040) end
  if verb == 'ban' then
    if not other and redis.call('HEXISTS', KEYS[4], target) == 1 then return unchanged end
    later('HSET', KEYS[4], target, actor)
    later('HDEL', KEYS[5], target)
  end
  removed = other and target or nil
  data = '{"type":"' .. (verb == 'kick' and 'kicked' or 'banned') .. '","user":"' .. target .. '"}'
elseif verb == 'unban' then
  if rank < 1 then return refuse(4031) end
  if redis.call('HEXISTS', KEYS[4], target) == 0 then return refuse(4040) end
  later('HDEL', KEYS[4], target)
  data = '{"type":"unbanned","user":"' .. target .. '"}'
elseif verb == 'role' then
  if rank < 2 then return refuse(4031) end
  if not other then return refuse(4040) end
  if other.role == ARGV[9] then return unchanged end
  if other.role == 'o' then
    -- An owner steps down only while another one stays.
    local owners = 0
    for _, value in ipairs(redis.call('HVALS', KEYS[3])) do
      if string.sub(value, 1, 1) == 'o' then owners = owners + 1 end
    end
    if owners < 2 then return refuse(4031) end
  end
  other.role = ARGV[9]
  later('HSET', KEYS[3], target, member_value(other))
  data = '{"type":"role","user":"' .. target .. '","role":"' .. ROLE[ARGV[9]] .. '"}'
elseif verb == 'mute' then
  if rank < 1 then return refuse(4031) end
  if not other then return refuse(4040) end
  if RANK[other.role] >= rank then return refuse(4031) end
  local until_ms = ARGV[10] == '0' and '' or ARGV[10]
  if other.mute == until_ms then return unchanged end
  other.mute = until_ms
  later('HSET', KEYS[3], target, member_value(other))
  data = '{"type":"' .. (until_ms == '' and 'unmuted' or 'muted') .. '","user":"' .. target .. '","until":' .. ARGV[10] .. '}'
elseif verb == 'update' then
  if rank < 1 then return refuse(4031) end
  for i = 13, #ARGV, 2 do
    later('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
    if ARGV[i] == 'public' and ARGV[i + 1] ~= meta[8] then note = ARGV[i + 1] == '1' and 'public' or 'private' end
  end
  data = ARGV[12]
elseif verb == 'delete' then
  if rank < 2 then return refuse(4031) end
  data = '{"type":"deleted"}'
  note = 'private'
end

if admitted then
  if redis.call('HLEN', KEYS[3]) >= tonumber(ARGV[11]) then return refuse(4001) end
  later('HSET', KEYS[3], admitted[1], 'm:' .. number(last + 1) .. ':' .. admitted[2] .. '::')
  later('HSET', KEYS[6], admitted[1], number(last + 1) .. ':' .. number(count))
  later('HDEL', KEYS[7], admitted[1])
  later('HDEL', KEYS[5], admitted[1])
end
if removed then
  for _, key in ipairs({ KEYS[3], KEYS[6], KEYS[7] }) do later('HDEL', key, removed) end
end

local seq, now = last + 1, clock(tonumber(meta[4] or 0))
local message = compose(ARGV[1], seq, actor, now, '"kind":"system","data":' .. data .. '}')
for _, write in ipairs(apply) do redis.call(unpack(write)) end
if verb == 'delete' then
  -- Only this entry stays: a node that missed its announcement has to read that the group is gone.
  redis.call('HSET', KEYS[1], 'deleted', now, 'first', seq)
  redis.call('UNLINK', unpack(KEYS, 2))
end
redis.call('XADD', KEYS[2], number(seq) .. '-0', 'm', message, 'n', number(count))
redis.call('HSET', KEYS[1], 'last', seq, 'at', now, 'newest', seq)
announce(meta[5], ARGV[3], entries_header(ARGV[1], epoch, seq) .. message)
return { 0, epoch, seq, message, note }
