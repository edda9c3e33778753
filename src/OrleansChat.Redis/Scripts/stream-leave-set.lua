-- Takes back on both sides that a node follows a stream whose nodes are a set, where one server holds both.
-- KEYS  1 follows  2 nodes of the stream
-- ARGV  1 namespace/key  2 node
-- Reply how much of it was noted
return redis.call('SREM', KEYS[2], ARGV[2]) + redis.call('SREM', KEYS[1], ARGV[1])
