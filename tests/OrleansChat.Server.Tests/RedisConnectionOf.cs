using OrleansChat.Redis;
using StackExchange.Redis;

namespace OrleansChat.Server.Tests;

/// <summary>A connection of the test to a server's private Redis.</summary>
internal sealed class RedisConnectionOf(ConnectionMultiplexer multiplexer) : IAsyncDisposable
{
    public IDatabase Database => multiplexer.GetDatabase();

    public static async Task<RedisConnectionOf> OpenAsync(string endpoint, string password)
    {
        Assert.True(RedisAddress.TryParse($"{endpoint},password={password}", out RedisAddress? address));
        ConfigurationOptions configuration = address.ToConfiguration();
        configuration.AbortOnConnectFail = true;
        return new RedisConnectionOf(await ConnectionMultiplexer.ConnectAsync(configuration));
    }

    public async Task<string[]> ConfigAsync(params string[] names)
    {
        List<string> values = [];
        foreach (string name in names)
        {
            RedisResult[] pair = (RedisResult[])(await Database.ExecuteAsync("CONFIG", "GET", name))!;
            values.Add((string)pair[1]!);
        }

        return [.. values];
    }

    public async ValueTask DisposeAsync()
    {
        await multiplexer.CloseAsync();
        multiplexer.Dispose();
    }
}
