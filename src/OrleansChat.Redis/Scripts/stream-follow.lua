-- Notes in conversations that a node follows them. They need not exist yet: appending accepts a meta with only this field. One at a time
-- on a cluster, where they lie in many slots.
-- KEYS  1... metas
-- ARGV  1 node
-- Reply for each 1 when the node was not noted before, else 0
local reply = {}
for i = 1, #KEYS do
  local nodes = redis.call('HGET', KEYS[i], 'nodes')
  reply[i] = 1
  if not nodes then
    redis.call('HSET', KEYS[i], 'nodes', ARGV[1])
  elseif string.find(' ' .. nodes .. ' ', ' ' .. ARGV[1] .. ' ', 1, true) then
    reply[i] = 0
  else
    redis.call('HSET', KEYS[i], 'nodes', nodes .. ' ' .. ARGV[1])
  end
end
return reply
