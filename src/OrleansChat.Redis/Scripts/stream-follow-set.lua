-- Notes on both sides that a node follows a stream whose nodes are a set, where one server holds both: stream-note and what comes after it.
-- KEYS  1 ended  2 follows  3 nodes of the stream
-- ARGV  1 namespace/key  2 node
-- Reply how much of it was not noted before, -1 when the node was swept
if redis.call('EXISTS', KEYS[1]) == 1 then return -1 end
return redis.call('SADD', KEYS[2], ARGV[1]) + redis.call('SADD', KEYS[3], ARGV[2])
