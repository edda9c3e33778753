-- Takes a lease for an id that no node had before, as far as that can be known: `ended` remembers ids for an hour.
-- KEYS  1 lease  2 ended  3 follows  4 sessions
-- ARGV  1 lease ms
-- Reply 1 taken, 0 used before
if redis.call('EXISTS', KEYS[1], KEYS[2], KEYS[3], KEYS[4]) > 0 then return 0 end
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
return 1
