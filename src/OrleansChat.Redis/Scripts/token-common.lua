-- Voids every token issued until now except one, and tells the user's nodes. Included after user-common, never run by itself.
-- The answer is the ms up to which tokens are void.
local function revoke_all(account_key, revoked_key, nodes_key, user, except)
  -- Never goes down, so that a clock that was set back brings no token to life.
  local before = math.max(clock(), tonumber(redis.call('HGET', account_key, 'before') or 0))
  redis.call('HSET', account_key, 'before', number(before), 'except', except)
  redis.call('ZREMRANGEBYSCORE', revoked_key, '-inf', number(before - 3600000))
  announce(nodes_key, 'R user ' .. user .. ' - 0 -', '*' .. number(before) .. (except == '' and '' or ' ' .. except))
  return number(before)
end
