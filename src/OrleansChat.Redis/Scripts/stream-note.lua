-- Notes with a node that it follows a stream, before the stream's side does. Not for a node that was swept: nobody would look after
-- what it leaves behind.
-- KEYS  1 ended  2 follows
-- ARGV  1 namespace/key
-- Reply 1 noted, 0 noted before, -1 the node was swept
if redis.call('EXISTS', KEYS[1]) == 1 then return -1 end
return redis.call('SADD', KEYS[2], ARGV[1])
