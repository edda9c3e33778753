using OrleansChat.Testing;

namespace OrleansChat.SocketIo.Tests.Support;

/// <summary>A server that the tests share which need no more than one; every test has its own names.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private static int _lastName;

    private RedisFixture? _redis;
    private ServerProcess? _server;

    internal ServerProcess Server => _server!;

    public Uri Url => Server.Url;

    /// <summary>A name that no other test has.</summary>
    public static string Name(string prefix) => $"{prefix}{Interlocked.Increment(ref _lastName)}";

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisFixture.StartAsync();
        _server = await ServerProcess.StartAsync(_redis);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }
}
