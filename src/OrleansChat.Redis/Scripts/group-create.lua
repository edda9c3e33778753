-- Creates a group; entry 1 says so, with the first members inside.
-- KEYS  1 meta  2 log  3 members  4 read
-- ARGV  1 conversation  2 fresh epoch  3 origin node  4 owner  5 incarnation  6 title  7 join  8 public '1'|'0'  9 history 'all'|'joined'
--       10 the title as JSON string, then two for each further member: name, incarnation
-- Reply { code, epoch, seq, message }
--!include log-common
local existing = redis.call('HMGET', KEYS[1], 'epoch', 'nodes')
if existing[1] then return { 4090, '-', 0, '' } end
local now = clock()
local names, values, marks = { '"' .. ARGV[4] .. '"' }, { ARGV[4], 'o:1:' .. ARGV[5] .. '::' }, { ARGV[4], '1:0' }
for i = 11, #ARGV, 2 do
  if ARGV[i] ~= ARGV[4] then
    names[#names + 1] = '"' .. ARGV[i] .. '"'
    values[#values + 1] = ARGV[i]
    values[#values + 1] = 'm:1:' .. ARGV[i + 1] .. '::'
    marks[#marks + 1] = ARGV[i]
    marks[#marks + 1] = '0:0'
  end
end
local message = compose(ARGV[1], 1, ARGV[4], now,
  '"kind":"system","data":{"type":"created","title":' .. ARGV[10] .. ',"members":[' .. table.concat(names, ',') .. ']}}')
redis.call('HSET', KEYS[1], 'epoch', ARGV[2], 'kind', 'group', 'last', 1, 'count', 0, 'at', now, 'newest', 1, 'title', ARGV[6],
  'join', ARGV[7], 'public', ARGV[8], 'history', ARGV[9], 'created', now)
for i = 1, #values, 2 do
  redis.call('HSET', KEYS[3], values[i], values[i + 1])
  redis.call('HSET', KEYS[4], marks[i], marks[i + 1])
end
redis.call('XADD', KEYS[2], '1-0', 'm', message, 'n', 0)
announce(existing[2], ARGV[3], entries_header(ARGV[1], ARGV[2], 1) .. message)
return { 0, ARGV[2], 1, message }
