-- What a conversation has for a member after a mark: messages, and people coming and going; never what came before they were inside (I8).
-- KEYS  1 meta  2 log  3 members
-- ARGV  1 user  2 incarnation  3 mark `seq:at:epoch`, '' for none  4 limit
-- Reply { next mark, epoch, time of the last entry looked at, 1 when the log goes on, seq, at, seq, at ... }; { '' } when there is nothing to read
--!include log-common
local HEAD = '^{"conversation":"[^"]*","seq":%d+,"from":"[^"]*","at":(%d+),"kind":"(%a+)"'
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'last', 'first', 'deleted')
if not meta[1] or meta[4] then return { '' } end
local me = parse_member(redis.call('HGET', KEYS[3], ARGV[1]))
if not is_member(me, ARGV[2]) then return { '' } end
local epoch, last, first = meta[1], tonumber(meta[2] or 0), tonumber(meta[3] or 1)

local function at_of(entry) return tonumber(string.match(entry[2][2], HEAD) or 0) end

local seq, at, known = string.match(ARGV[3], '^(%d+):(%d+):(.*)$')
local after, time = tonumber(seq or 0), tonumber(at or 0)
if known and known ~= epoch then
  -- Another life of the log: what the feed has of it is what is not younger than the last entry that was brought in. Times never decrease.
  after = last
  while after >= first do
    local entry = redis.call('XREVRANGE', KEYS[2], number(after) .. '-0', '-', 'COUNT', 1)[1]
    if not entry then after = first - 1 break end
    after = tonumber(string.match(entry[1], '^(%d+)'))
    if at_of(entry) <= time then break end
    after = after - 1
  end
end
after = math.max(after, me.from - 1, first - 1)
local to = math.min(last, after + tonumber(ARGV[4]))
if to <= after then return { '' } end

local reply = { '', epoch, '0', to < last and 1 or 0 }
for _, entry in ipairs(redis.call('XRANGE', KEYS[2], number(after + 1) .. '-0', number(to) .. '-0')) do
  local when, kind = string.match(entry[2][2], HEAD)
  if when then
    time = math.max(time, tonumber(when))
    local belongs = entry[2][1] == 'm' and kind == 'text'
    if kind == 'system' then
      local type = string.match(entry[2][2], '"data":{"type":"(%a+)"')
      belongs = type == 'joined' or type == 'left' or type == 'kicked' or type == 'banned'
    end
    if belongs then
      reply[#reply + 1] = tonumber(string.match(entry[1], '^(%d+)'))
      reply[#reply + 1] = when
    end
  end
end
reply[1] = number(to) .. ':' .. number(time) .. ':' .. epoch
reply[3] = number(time)
return reply
