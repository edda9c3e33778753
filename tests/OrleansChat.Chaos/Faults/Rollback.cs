using OrleansChat.Chaos.Clients;
using OrleansChat.Testing;
using StackExchange.Redis;

namespace OrleansChat.Chaos.Faults;

/// <summary>Puts an older copy of one conversation in the place of what is there, in one step: what a restored backup does.</summary>
internal static class Rollback
{
    public static async Task RunAsync(RedisFixture redis, string conversation, TimeSpan age)
    {
        using ConnectionMultiplexer connection = await redis.ConnectAsync();
        IDatabase database = connection.GetDatabase();
        RedisKey[] Keys() => [.. connection.GetServer(connection.GetEndPoints()[0]).Keys(pattern: $"{{c:{conversation}}}:*")];

        // The copy must be of one moment.
        RedisKey[] keys = Keys();
        ITransaction copy = database.CreateTransaction();
        Task<byte[]?>[] copies = [.. keys.Select(async key => (byte[]?)await copy.KeyDumpAsync(key))];
        await copy.ExecuteAsync();
        byte[]?[] values = await Task.WhenAll(copies);
        await Pace.ForAsync(age);

        ITransaction step = database.CreateTransaction();
        List<Task> done = [.. Keys().Select(key => (Task)step.KeyDeleteAsync(key))];
        done.AddRange(keys.Zip(values).Where(pair => pair.Second is not null).Select(pair => step.KeyRestoreAsync(pair.First, pair.Second!)));
        await step.ExecuteAsync();
        await Task.WhenAll(done);
    }
}
