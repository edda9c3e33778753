using OrleansChat.Recovery;
using OrleansChat.Redis.Connections;
using StackExchange.Redis;

namespace OrleansChat.Redis.Recovery;

/// <summary>Records of connections that may be taken up again: one key each, which expires.</summary>
internal sealed class RedisRecoveryStore(RedisConnection redis) : IRecoveryStore
{
    /// <inheritdoc />
    public Task SaveAsync(string id, ReadOnlyMemory<byte> record, TimeSpan keep) =>
        redis.ExecuteAsync("SET", Key(id), record.ToArray(), "PX", Milliseconds(keep));

    /// <inheritdoc />
    public async Task<ReadOnlyMemory<byte>?> FindAsync(string id)
    {
        RedisResult found = await redis.ExecuteAsync("GET", Key(id)).ConfigureAwait(false);
        return found.IsNull ? null : found.Bytes();
    }

    /// <inheritdoc />
    public Task KeepAsync(string id, TimeSpan keep) => redis.ExecuteAsync("PEXPIRE", Key(id), Milliseconds(keep));

    /// <inheritdoc />
    public Task ForgetAsync(string id) => redis.ExecuteAsync("DEL", Key(id));

    private static RedisKey Key(string id) => $"recovery:{id}";

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;
}
