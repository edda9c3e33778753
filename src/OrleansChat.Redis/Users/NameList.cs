using OrleansChat.Redis.Connections;
using StackExchange.Redis;

namespace OrleansChat.Redis.Users;

/// <summary>A sorted set whose members all have score 0, read by pages in ordinal order.</summary>
internal sealed class NameList(RedisConnection redis, RedisKey key)
{
    private const int MaxPage = 1000;

    // Sorts after every character that a name may have.
    private const string AfterAll = "~";

    public Task AddAsync(string name) => redis.ExecuteAsync("ZADD", key, "0", name);

    public Task RemoveAsync(string name) => redis.ExecuteAsync("ZREM", key, name);

    /// <summary>Names that begin with <paramref name="prefix"/> and come after <paramref name="after"/>, at most 1,000.</summary>
    public async Task<Page<string>> PageAsync(string prefix, string? after, int limit)
    {
        int count = Math.Clamp(limit, 1, MaxPage);
        string from = after is not null && string.CompareOrdinal(after, prefix) >= 0 ? "(" + after : "[" + prefix;
        string to = "(" + prefix + AfterAll;
        RedisResult found = await redis.ExecuteAsync("ZRANGEBYLEX", key, from, to, "LIMIT", "0", count + 1).ConfigureAwait(false);
        string[] names = found.Texts();
        return names.Length > count ? new Page<string>(names[..count], names[count - 1]) : new Page<string>(names, null);
    }
}
