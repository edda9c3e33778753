-- Opens a session if its token stands in this very step, tells the watchers when the user comes online.
-- KEYS  1 account  2 sessions  3 revoked  4 watchers
-- ARGV  1 user  2 incarnation  3 token id  4 token issued at  5 session  6 node  7 device  8 most sessions  9 reclaim ms
-- Reply { 0, changed, state, event } | { 4010 } | { 4290 }
--!include session-common
local code, previous = open_session(KEYS[1], KEYS[2], KEYS[3])
if code ~= 0 then return { code } end
local state, event, changed = tell_watchers(KEYS[1], KEYS[2], KEYS[4], ARGV[1], previous)
return { 0, changed, state, event }
