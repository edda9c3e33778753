using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using OrleansChat.Redis.Connections;
using OrleansChat.Users;
using StackExchange.Redis;

namespace OrleansChat.Redis.Users;

/// <summary>What all nodes agree on about tokens, over Redis.</summary>
internal sealed class RedisTokenStore(RedisConnection redis, IOptions<UserTimes> times) : ITokenStore
{
    private const int KeyBytes = 32;

    // Every node proposes its first key under this id and Redis keeps one of them. Further keys get greater ids.
    private const string FirstKey = "k001";

    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(2);
    private static readonly RedisScript Check = RedisScript.Load("token-check");
    private static readonly RedisScript Since = RedisScript.Load("token-since");

    private readonly StorageClock _clock = new(redis);
    private readonly TokenRevocations _revocations = new(redis);

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<string, byte[]>> KeysAsync()
    {
        Dictionary<string, byte[]> keys = await ReadKeysAsync().ConfigureAwait(false);
        if (keys.Count == 0)
        {
            await redis.ExecuteAsync("HSETNX", RedisKeys.TokenKeys, FirstKey, RandomNumberGenerator.GetBytes(KeyBytes)).ConfigureAwait(false);
            keys = await ReadKeysAsync().ConfigureAwait(false);
        }

        return keys;
    }

    /// <inheritdoc />
    public Task<long> NowAsync(string user) => _clock.NowAsync(user);

    /// <inheritdoc />
    public async Task<bool> IsValidAsync(TokenClaims token)
    {
        RedisResult stands = await redis.EvaluateAsync(
            Check,
            [RedisKeys.Account(token.User), RedisKeys.Sessions(token.User), RedisKeys.RevokedTokens(token.User)],
            [token.Incarnation, token.Id, token.IssuedAt, times.Value.GuestReclaimMilliseconds]).ConfigureAwait(false);
        return stands.IsOne();
    }

    /// <inheritdoc />
    public Task RevokeAsync(TokenClaims token) => _revocations.RevokeAsync(token);

    /// <inheritdoc />
    public Task RevokeAllAsync(string user, string? exceptTokenId) => _revocations.RevokeAllAsync(user, exceptTokenId);

    /// <inheritdoc />
    public async Task<(IReadOnlyList<Revocation> Revocations, long Mark)> RevokedSinceAsync(long mark)
    {
        RedisResult reply = await redis.EvaluateAsync(Since, [RedisKeys.Revocations], [mark, (long)Overlap.TotalMilliseconds]).ConfigureAwait(false);
        string[] found = reply.Texts();
        return (Array.ConvertAll(found[1..], TokenRevocations.Parse), long.Parse(found[0], CultureInfo.InvariantCulture));
    }

    private async Task<Dictionary<string, byte[]>> ReadKeysAsync()
    {
        RedisResult[] found = (await redis.ExecuteAsync("HGETALL", RedisKeys.TokenKeys).ConfigureAwait(false)).Items();
        var keys = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (int i = 0; i < found.Length; i += 2)
        {
            keys[found[i].Text()] = found[i + 1].Bytes();
        }

        return keys;
    }
}
