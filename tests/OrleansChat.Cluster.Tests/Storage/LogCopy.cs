using OrleansChat.Testing;
using StackExchange.Redis;

namespace OrleansChat.Cluster.Tests.Storage;

/// <summary>A copy of all keys of one conversation, as a backup would hold it.</summary>
internal sealed class LogCopy
{
    private readonly RedisFixture _redis;
    private readonly string _pattern;
    private readonly List<(RedisKey Key, byte[] Value)> _values = [];

    private LogCopy(RedisFixture redis, string conversation)
    {
        _redis = redis;
        _pattern = $"{{c:{conversation}}}:*";
    }

    public static async Task<LogCopy> TakeAsync(RedisFixture redis, string conversation)
    {
        LogCopy copy = new(redis, conversation);
        using ConnectionMultiplexer connection = await redis.ConnectAsync();
        foreach (RedisKey key in copy.Keys(connection))
        {
            copy._values.Add((key, (await connection.GetDatabase().KeyDumpAsync(key))!));
        }

        Assert.Contains(copy._values, value => value.Key.ToString().EndsWith(":log", StringComparison.Ordinal));
        return copy;
    }

    /// <summary>Puts the copy in the place of what is there, in one step.</summary>
    public async Task RestoreAsync()
    {
        using ConnectionMultiplexer connection = await _redis.ConnectAsync();
        ITransaction step = connection.GetDatabase().CreateTransaction();
        List<Task> done = [.. Keys(connection).Select(key => step.KeyDeleteAsync(key))];
        done.AddRange(_values.Select(value => step.KeyRestoreAsync(value.Key, value.Value)));
        Assert.True(await step.ExecuteAsync());
        await Task.WhenAll(done);
    }

    private RedisKey[] Keys(ConnectionMultiplexer connection) => [.. connection.GetServer(connection.GetEndPoints()[0]).Keys(pattern: _pattern)];
}
