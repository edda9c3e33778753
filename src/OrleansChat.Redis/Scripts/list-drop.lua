-- Takes an entry that is old enough out of a user's list, after a look found that its owner is no member of the conversation.
-- Somebody may be adding the owner at this moment; list-add then made the entry young again.
-- KEYS  1 conversations  2 nodes
-- ARGV  1 user  2 conversation  3 ms
-- Reply 1 dropped, 0 kept
--!include user-common
local since = redis.call('HGET', KEYS[1], ARGV[2])
if not since or clock() - tonumber(since) < tonumber(ARGV[3]) then return 0 end
redis.call('HDEL', KEYS[1], ARGV[2])
announce(KEYS[2], 'U user ' .. ARGV[1] .. ' - 0 -', ARGV[2])
return 1
