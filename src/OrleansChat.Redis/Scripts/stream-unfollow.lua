-- Notes in conversations that a node no longer follows them. One at a time on a cluster.
-- KEYS  1... metas
-- ARGV  1 node
-- Reply how many of them had the node noted
local left = 0
for i = 1, #KEYS do
  local nodes = redis.call('HGET', KEYS[i], 'nodes')
  if nodes then
    local others, found = {}, false
    for node in string.gmatch(nodes, '%S+') do
      if node == ARGV[1] then found = true else others[#others + 1] = node end
    end
    if found then
      left = left + 1
      if #others == 0 then
        redis.call('HDEL', KEYS[i], 'nodes')
      else
        redis.call('HSET', KEYS[i], 'nodes', table.concat(others, ' '))
      end
    end
  end
end
return left
