-- Claims a name, registered for good or by a guest. A registered name is never given away; a guest's is free when no connection
-- is left and no first one is waited for. What an ended guest left in lists of members is taken out before the name goes to
-- somebody else: as long as its list of conversations is not empty the claim refuses, and from the first refusal on that
-- incarnation is void: it cannot come back or be added anywhere while it is taken out. (I8: nobody acts under another's name.)
-- KEYS  1 account  2 sessions  3 conversations  4 revoked
-- ARGV  1 kind r | g  2 password hash  3 new incarnation, '' for a registered name  4 guest: hold in ms
-- Reply { 0, created } | { 4090 } | { 1, ended incarnation, conversation ... }
--!include user-common
local now = clock()
local account = read_account(KEYS[1])
if account then
  if is_taken(account, KEYS[2], now) then return { 4090 } end
  local left = redis.call('HKEYS', KEYS[3])
  if #left > 0 then
    redis.call('HSET', KEYS[1], 'void', '1')
    redis.call('PERSIST', KEYS[1])
    local reply = { 1, account.inc }
    for i = 1, #left do reply[2 + i] = left[i] end
    return reply
  end
end
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
redis.call('HSET', KEYS[1], 'kind', ARGV[1], 'pw', ARGV[2], 'inc', ARGV[3], 'created', number(now))
if ARGV[1] == 'g' then
  -- A guest who never connects leaves nothing behind.
  redis.call('HSET', KEYS[1], 'held', number(now + tonumber(ARGV[4])))
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
return { 0, number(now) }
