-- Revokes every token of a user issued until now, except one, and tells the user's nodes.
-- KEYS  1 account  2 revoked  3 nodes
-- ARGV  1 user  2 token id that stays valid, '' for none
-- Reply ms up to which tokens are void, 0 when nobody holds the name
--!include user-common
--!include token-common
if redis.call('EXISTS', KEYS[1]) == 0 then return '0' end
return revoke_all(KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[2])
