-- Ends a node whose lease is gone and that nothing refers to any more.
-- KEYS  1 lease  2 ended  3 follows  4 sessions
-- ARGV  1 how long the id is remembered, ms
-- Reply 1 ended, 0 something is left to do first
if redis.call('EXISTS', KEYS[1], KEYS[3], KEYS[4]) > 0 then return 0 end
redis.call('SET', KEYS[2], '1', 'PX', ARGV[1])
return 1
