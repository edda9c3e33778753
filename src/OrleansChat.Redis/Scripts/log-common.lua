-- What the steps on a conversation share. Included, never run by itself.

-- A member's value is role:from:incarnation:mute:flags
--   role   o, a, m; or - for somebody who is no member but has flags (a block set before the conversation began)
--   from   number of the entry that made them a member (direct: the first they may read)
--   mute   ms until when they are muted, or empty;  flags  b: blocked by the other one
local function parse_member(value)
  if not value then return nil end
  local role, from, inc, mute, flags = string.match(value, '^(.):(%d+):([^:]*):(%d*):(%a*)$')
  return { role = role, from = tonumber(from), inc = inc, mute = mute, flags = flags }
end

local function member_value(m)
  return m.role .. ':' .. string.format('%d', m.from) .. ':' .. m.inc .. ':' .. m.mute .. ':' .. m.flags
end

local function is_member(m, inc)
  return m and m.role ~= '-' and m.inc == inc
end

local function number(n)
  return string.format('%.0f', n)
end

-- Milliseconds by Redis' clock, never less than the entry before.
local function clock(previous)
  local t = redis.call('TIME')
  local now = t[1] * 1000 + math.floor(t[2] / 1000)
  if previous and previous > now then return previous end
  return now
end

-- One message to each node that follows, except the one that delivers from the reply.
local function announce(nodes, origin, message)
  if not nodes or nodes == '' then return end
  for node in string.gmatch(nodes, '%S+') do
    if node ~= origin then redis.call('PUBLISH', 'node:' .. node, message) end
  end
end

-- The message in the form that MessageJson.Compose has in C#.
local function compose(conversation, seq, from, at, tail)
  return '{"conversation":"' .. conversation .. '","seq":' .. number(seq) .. ',"from":"' .. from .. '","at":' .. number(at) .. ',' .. tail
end

-- trace  the traceparent of the step that appended them, when it is traced
local function entries_header(conversation, epoch, seq, trace)
  return 'E conversation ' .. conversation .. ' ' .. epoch .. ' ' .. number(seq) .. ' ' .. (trace or '-') .. '\n'
end

-- A log that is behind a number which a node has seen in the same epoch was rolled back: it gets a new epoch.
local function current_epoch(meta_key, epoch, last, known_epoch, known_seq, fresh)
  if known_epoch == epoch and last < known_seq then
    redis.call('HSET', meta_key, 'epoch', fresh)
    return fresh
  end
  return epoch
end

-- A refusal for somebody who is not (or no longer) inside.
local function stranger(bans_key, user)
  if redis.call('HEXISTS', bans_key, user) == 1 then return 4034 end
  return 4030
end
