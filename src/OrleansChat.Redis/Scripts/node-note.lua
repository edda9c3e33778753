-- Notes a session with its node before it is opened, so that a sweep finds it whatever happens in between. Only under a lease:
-- a node that may have been swept already must not leave anything behind.
-- KEYS  1 lease  2 sessions of the node
-- ARGV  1 user/session
-- Reply 1 noted, 0 no lease
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('SADD', KEYS[2], ARGV[1])
return 1
