-- Entries after a number as they stand, tombstones where content was deleted. For a member who catches up (membership is checked
-- in this step, I8) or for a node that repairs its feed. Recognises a log that was rolled back (see current_epoch), also by an
-- entry that differs from the one the node delivered.
-- KEYS  1 meta  2 log  3 members  4 patch  5 bans
-- ARGV  1 conversation  2 user ('' for the node itself)  3 incarnation  4 after  5 limit  6 known epoch  7 known seq  8 known at (0: unknown)
--       9 fresh epoch
-- Reply { code, epoch, first kept, last, seq, json, seq, json ... }
--!include log-common
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'last', 'first', 'history', 'deleted')
local epoch, last, first = meta[1], tonumber(meta[2] or 0), tonumber(meta[3] or 1)
local after, limit = tonumber(ARGV[4]), tonumber(ARGV[5])
if ARGV[2] ~= '' then
  if meta[5] then return { 4041, '-', 1, 0 } end
  local me = parse_member(redis.call('HGET', KEYS[3], ARGV[2]))
  if not is_member(me, ARGV[3]) then
    if not epoch then return { string.sub(ARGV[1], 1, 3) == 'dm:' and 0 or 4041, '-', 1, 0 } end
    return { stranger(KEYS[5], ARGV[2]), epoch, 1, 0 }
  end
  if (string.sub(ARGV[1], 1, 3) == 'dm:' or meta[4] == 'joined') and after < me.from - 1 then after = me.from - 1 end
end
if not epoch then return { 0, '-', 1, 0 } end

local known_seq, known_at = tonumber(ARGV[7]), ARGV[8]
epoch = current_epoch(KEYS[1], epoch, last, ARGV[6], known_seq, ARGV[9])
if epoch == ARGV[6] and known_at ~= '0' and known_seq >= first then
  local entry = redis.call('XRANGE', KEYS[2], number(known_seq) .. '-0', number(known_seq) .. '-0')[1]
  local json = entry and entry[2][2] or redis.call('HGET', KEYS[4], number(known_seq) .. 'd') or ''
  if string.match(json, '^{"conversation":"[^"]*","seq":%d+,"from":"[^"]*","at":(%d+)') ~= known_at then
    epoch = current_epoch(KEYS[1], epoch, known_seq - 1, epoch, known_seq, ARGV[9])
  end
end

if after < first - 1 then after = first - 1 end
local reply = { 0, epoch, first, last }
local to = math.min(last, after + limit)
if to <= after then return reply end
local entries = redis.call('XRANGE', KEYS[2], number(after + 1) .. '-0', number(to) .. '-0')
local next = after + 1
local function tombstones(before)
  while next < before do
    local json = redis.call('HGET', KEYS[4], number(next) .. 'd')
    if json then
      reply[#reply + 1] = next
      reply[#reply + 1] = json
    end
    next = next + 1
  end
end
for _, entry in ipairs(entries) do
  local seq = tonumber(string.match(entry[1], '^(%d+)'))
  tombstones(seq)
  reply[#reply + 1] = seq
  reply[#reply + 1] = entry[2][2]
  next = seq + 1
end
tombstones(to + 1)
return reply
