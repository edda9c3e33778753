-- Tells the nodes that follow a stream. Nothing is stored.
-- KEYS  1 where the stream's nodes are: a conversation's meta, else a set
-- ARGV  1 'meta' or 'set'  2... messages, told in this order
-- Reply how many nodes follow
local nodes = {}
if ARGV[1] == 'meta' then
  for node in string.gmatch(redis.call('HGET', KEYS[1], 'nodes') or '', '%S+') do nodes[#nodes + 1] = node end
else
  nodes = redis.call('SMEMBERS', KEYS[1])
end
for i = 2, #ARGV do
  for _, node in ipairs(nodes) do redis.call('PUBLISH', 'node:' .. node, ARGV[i]) end
end
return #nodes
