using OrleansChat.Resp.Tests.Support;
using OrleansChat.Testing;

[assembly: AssemblyFixture(typeof(RespCluster))]

namespace OrleansChat.Resp.Tests.Support;

/// <summary>Two nodes on one Redis, for all tests that kill none of them.</summary>
public sealed class RespCluster : IAsyncLifetime
{
    private static int _names;
    private readonly RedisFixture _redis = new();
    private RespNode? _north;
    private RespNode? _south;

    public RespNode North => _north ?? throw new InvalidOperationException("The fixture was not initialised.");

    public RespNode South => _south ?? throw new InvalidOperationException("The fixture was not initialised.");

    public RedisFixture Redis => _redis;

    /// <summary>A name that no other test has.</summary>
    public static string Name(string name) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}-{Interlocked.Increment(ref _names)}");

    public async ValueTask InitializeAsync()
    {
        await _redis.InitializeAsync();
        _north = await RespNode.StartAsync(_redis, "--node", "north");
        _south = await RespNode.StartAsync(_redis, "--node", "south");
    }

    public async ValueTask DisposeAsync()
    {
        if (_north is not null)
        {
            await _north.DisposeAsync();
        }

        if (_south is not null)
        {
            await _south.DisposeAsync();
        }

        await _redis.DisposeAsync();
    }
}
