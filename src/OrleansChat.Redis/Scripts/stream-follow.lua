-- Notes in a conversation that a node follows it. The conversation need not exist yet: appending accepts a meta with only this field.
-- KEYS  1 meta
-- ARGV  1 node
-- Reply 1 when the node was not noted before, else 0
local nodes = redis.call('HGET', KEYS[1], 'nodes')
if not nodes then
  redis.call('HSET', KEYS[1], 'nodes', ARGV[1])
  return 1
end
if string.find(' ' .. nodes .. ' ', ' ' .. ARGV[1] .. ' ', 1, true) then return 0 end
redis.call('HSET', KEYS[1], 'nodes', nodes .. ' ' .. ARGV[1])
return 1
