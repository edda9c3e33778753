-- Notes with a node that it follows streams, before the streams' side does. Not for a node that was swept: nobody would look after what
-- it leaves behind.
-- KEYS  1 ended  2 follows
-- ARGV  1... namespace/key
-- Reply for each 1 noted, 0 noted before; nothing when the node was swept
if redis.call('EXISTS', KEYS[1]) == 1 then return {} end
local reply = {}
for i = 1, #ARGV do reply[i] = redis.call('SADD', KEYS[2], ARGV[i]) end
return reply
