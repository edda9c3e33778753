-- Whether a token whose signature is right still stands. Reads only.
-- KEYS  1 account  2 sessions  3 revoked
-- ARGV  1 incarnation  2 token id  3 issued at  4 reclaim ms
-- Reply 1 or 0
--!include user-common
local stands = token_stands(read_account(KEYS[1]), KEYS[2], KEYS[3], ARGV[1], ARGV[2], tonumber(ARGV[3]), clock(), tonumber(ARGV[4]))
return stands and 1 or 0
