-- Notes in a conversation that a node no longer follows it.
-- KEYS  1 meta
-- ARGV  1 node
-- Reply 1 when the node was noted, else 0
local nodes = redis.call('HGET', KEYS[1], 'nodes')
if not nodes then return 0 end
local others, found = {}, 0
for node in string.gmatch(nodes, '%S+') do
  if node == ARGV[1] then found = 1 else others[#others + 1] = node end
end
if found == 0 then return 0 end
if #others == 0 then
  redis.call('HDEL', KEYS[1], 'nodes')
else
  redis.call('HSET', KEYS[1], 'nodes', table.concat(others, ' '))
end
return 1
