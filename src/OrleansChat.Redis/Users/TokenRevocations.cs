using OrleansChat.Redis.Connections;
using OrleansChat.Users;
using StackExchange.Redis;

namespace OrleansChat.Redis.Users;

/// <summary>
/// Revokes tokens: first in one step on the user's keys, which also tells the user's nodes, then where every node looks, for those
/// that missed it. A caller whose call failed repeats it; each step can be repeated.
/// </summary>
internal sealed class TokenRevocations(RedisConnection redis)
{
    /// <summary>How long revocations stay where every node looks. A node that does not look for that long has lost its lease.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(2);

    private static readonly RedisScript RevokeOne = RedisScript.Load("token-revoke");
    private static readonly RedisScript RevokeAll = RedisScript.Load("token-revoke-all");
    private static readonly RedisScript SetPassword = RedisScript.Load("user-password");
    private static readonly RedisScript Note = RedisScript.Load("token-note");

    private readonly StorageClock _clock = new(redis);

    public async Task RevokeAsync(TokenClaims token)
    {
        await redis.EvaluateAsync(
            RevokeOne,
            [RedisKeys.RevokedTokens(token.User), RedisKeys.UserNodes(token.User)],
            [token.User, token.Id, token.ExpiresAt]).ConfigureAwait(false);
        await NoteAsync(new Revocation(token.User, token.Id, null)).ConfigureAwait(false);
    }

    public async Task RevokeAllAsync(string user, string? exceptTokenId)
    {
        RedisResult voidUntil = await redis.EvaluateAsync(RevokeAll, Keys(user), [user, exceptTokenId ?? string.Empty]).ConfigureAwait(false);
        await NoteAsync(new Revocation(user, null, exceptTokenId, (long)voidUntil)).ConfigureAwait(false);
        await _clock.PassAsync(user, (long)voidUntil).ConfigureAwait(false);
    }

    public async Task<Result<Done>> SetPasswordAsync(string user, string expected, string passwordHash)
    {
        RedisResult[] reply = (await redis.EvaluateAsync(SetPassword, Keys(user), [user, expected, passwordHash]).ConfigureAwait(false)).Items();
        if (reply[0].Number() is var code and not 0)
        {
            return ChatError.Of((int)code);
        }

        await NoteAsync(new Revocation(user, null, null, (long)reply[1])).ConfigureAwait(false);
        await _clock.PassAsync(user, (long)reply[1]).ConfigureAwait(false);
        return Done.Ok;
    }

    /// <summary>Reads what was noted: the user and what announcements say.</summary>
    public static Revocation Parse(string noted)
    {
        int space = noted.IndexOf(' ', StringComparison.Ordinal);
        return Revocation.Parse(noted[..space], noted[(space + 1)..]);
    }

    private static RedisKey[] Keys(string user) => [RedisKeys.Account(user), RedisKeys.RevokedTokens(user), RedisKeys.UserNodes(user)];

    private Task<RedisResult> NoteAsync(Revocation revocation) =>
        redis.EvaluateAsync(Note, [RedisKeys.Revocations], [$"{revocation.User} {revocation.Payload}", (long)Kept.TotalMilliseconds]);
}
