-- How far conversations have been brought into a user's feed.
-- KEYS  1 marks  2 the user's conversations
-- ARGV  the conversations; none for all in the user's list
-- Reply { conversation, mark or '', ... }
local asked = #ARGV > 0 and ARGV or redis.call('HKEYS', KEYS[2])
local reply = {}
for from = 1, #asked, 1000 do
  local to = math.min(#asked, from + 999)
  local marks = redis.call('HMGET', KEYS[1], unpack(asked, from, to))
  for i = from, to do
    reply[#reply + 1] = asked[i]
    reply[#reply + 1] = marks[i - from + 1] or ''
  end
end
return reply
