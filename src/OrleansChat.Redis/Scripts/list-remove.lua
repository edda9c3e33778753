-- Takes a conversation out of a user's list and tells the user's nodes. Comes after membership ended.
-- KEYS  1 conversations  2 nodes
-- ARGV  1 user  2 conversation
--!include user-common
redis.call('HDEL', KEYS[1], ARGV[2])
announce(KEYS[2], 'U user ' .. ARGV[1] .. ' - 0 -', ARGV[2])
return 0
