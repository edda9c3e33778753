-- What the steps on a user share. Included, never run by itself.

-- The account hash:
--   kind      r registered, g guest        pw      password hash, '' when nobody can sign in by password
--   created   ms of the claim              inc     incarnation, '' for a registered name that was never a guest's
--   held      guest: ms until which the name waits for its first connection; absent once it came
--   ended     ms when the last connection ended; absent or 0 while connected or never connected
--   void      guest: '1' once somebody began to take the name over; this incarnation never comes back
--   before    tokens issued up to this ms are void        except   the token that survives `before`
--   lastSeen  ms when the last connection ended           status   the status text announced last, as a JSON literal
--   listed    '1' once the name is in the directory
-- A session's value is `<away 0|1> <node> <since ms> <token id> <device>`; only the device may contain spaces.

local function number(n)
  return string.format('%.0f', n)
end

local function clock()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

local function announce(nodes_key, header, payload)
  for _, node in ipairs(redis.call('SMEMBERS', nodes_key)) do
    redis.call('PUBLISH', 'node:' .. node, header .. '\n' .. payload)
  end
end

local function read_account(key)
  local f = redis.call('HMGET', key, 'kind', 'inc', 'held', 'ended', 'void', 'before', 'except')
  if not f[1] then return nil end
  return {
    guest = f[1] == 'g', inc = f[2] or '', held = tonumber(f[3] or 0), ended = tonumber(f[4] or 0), void = f[5] == '1',
    before = tonumber(f[6] or 0), except = f[7] or '',
  }
end

-- Whether somebody holds the name so that nobody else can claim it.
local function is_taken(account, sessions_key, now)
  if not account.guest then return true end
  if account.void then return false end
  return redis.call('EXISTS', sessions_key) == 1 or account.held > now
end

-- Whether the holder is or may come back: a guest whose connections ended may for a while, unless the name was taken over.
local function is_alive(account, sessions_key, now, reclaim)
  if is_taken(account, sessions_key, now) then return true end
  return not account.void and account.ended > 0 and now - account.ended < reclaim
end

local function token_stands(account, sessions_key, revoked_key, inc, id, issued, now, reclaim)
  if not account or account.inc ~= inc then return false end
  if account.before > 0 and issued <= account.before and id ~= account.except then return false end
  if redis.call('ZSCORE', revoked_key, id) then return false end
  return is_alive(account, sessions_key, now, reclaim)
end

-- The state of somebody with these sessions.
local function state_of(sessions)
  local state = 'offline'
  for _, session in ipairs(sessions) do
    if string.sub(session, 1, 1) == '0' then return 'online' end
    state = 'away'
  end
  return state
end

local function presence_state(sessions_key)
  return state_of(redis.call('HVALS', sessions_key))
end

local function presence_event(account_key, user, state)
  local f = redis.call('HMGET', account_key, 'status', 'lastSeen')
  return '{"ev":"presence","user":"' .. user .. '","state":"' .. state .. '","status":' .. (f[1] or '""')
    .. ',"lastSeen":' .. (state == 'offline' and f[2] or '0') .. '}'
end

-- Tells those who watch somebody, or everybody ('*').
local function tell(watchers_key, watched, event)
  announce(watchers_key, 'V presence ' .. watched .. ' - 0 -', event)
end

-- Tells the watchers when the state is no longer what it was. The answer is the state, the event, and whether it changed.
local function tell_watchers(account_key, sessions_key, watchers_key, user, previous)
  local state = presence_state(sessions_key)
  local event = presence_event(account_key, user, state)
  if state == previous then return state, event, 0 end
  tell(watchers_key, user, event)
  return state, event, 1
end
