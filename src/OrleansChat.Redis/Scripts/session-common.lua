-- How sessions come and go, whether in one step with all that belongs to them or not. Included, never run by itself.
--!include user-common

-- Opens a session if its token stands in this very step. ARGV  1 user  2 incarnation  3 token id  4 token issued at  5 session  6 node
-- 7 device  8 most sessions  9 reclaim ms. The answer is 0, 4010 or 4290, and the user's state before.
local function open_session(account_key, sessions_key, revoked_key)
  local now = clock()
  local account = read_account(account_key)
  if not token_stands(account, sessions_key, revoked_key, ARGV[2], ARGV[3], tonumber(ARGV[4]), now, tonumber(ARGV[9])) then return 4010 end
  local sessions = redis.call('HVALS', sessions_key)
  if #sessions >= tonumber(ARGV[8]) and redis.call('HEXISTS', sessions_key, ARGV[5]) == 0 then return 4290 end
  redis.call('HSET', sessions_key, ARGV[5], '0 ' .. ARGV[6] .. ' ' .. number(now) .. ' ' .. ARGV[3] .. ' ' .. ARGV[7])
  if account.held > 0 or account.ended > 0 then redis.call('HDEL', account_key, 'held', 'ended') end
  if account.guest then redis.call('PERSIST', account_key) end
  return 0, state_of(sessions)
end

-- Closes a session that is open; the last one takes the user offline and frees a guest's name. The answer is the state that is left.
local function close_session(account_key, sessions_key, conversations_key, session, reclaim)
  redis.call('HDEL', sessions_key, session)
  local state = presence_state(sessions_key)
  if state == 'offline' and redis.call('EXISTS', account_key) == 1 then
    local now = number(clock())
    redis.call('HSET', account_key, 'ended', now, 'lastSeen', now)
    -- A guest who leaves nothing that has to be cleaned disappears when coming back is no longer possible.
    if redis.call('HGET', account_key, 'kind') == 'g' and redis.call('EXISTS', conversations_key) == 0 then
      redis.call('PEXPIRE', account_key, reclaim)
    end
  end
  return state
end
