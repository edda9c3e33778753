using OrleansChat.Redis;
using StackExchange.Redis;
using Xunit;

namespace OrleansChat.Testing;

/// <summary>
/// A redis-server of the tests' own on a free port, with its files in a temporary directory. One for each test assembly:
/// <c>[assembly: AssemblyFixture(typeof(RedisFixture))]</c>. Tests that kill or pause it start another by <see cref="StartAsync"/>.
/// </summary>
public class RedisFixture : IAsyncLifetime
{
    private readonly TestDirectory _directory = new();
    private readonly RedisServerOptions _options;
    private RedisServerProcess? _server;
    private int _pid;

    public RedisFixture()
        : this(new RedisServerOptions { AppendOnly = false })
    {
    }

    protected RedisFixture(RedisServerOptions options) => _options = options;

    public RedisServerProcess Server => _server ?? throw new InvalidOperationException("The fixture was not initialised.");

    public RedisAddress Address => Server.Address;

    public int Port => Server.Port;

    /// <summary><c>host:port</c>, as <c>--redis</c> and the client library take it.</summary>
    public string Endpoint => Server.Address.ToString();

    /// <summary>Starts one for a single test.</summary>
    public static async Task<RedisFixture> StartAsync(RedisServerOptions? options = null)
    {
        RedisFixture fixture = new(options ?? new RedisServerOptions { AppendOnly = false });
        await fixture.InitializeAsync();
        return fixture;
    }

    /// <summary>A new connection, permitted to do everything (<c>FLUSHALL</c>, <c>CONFIG</c>); the caller disposes it.</summary>
    public async Task<ConnectionMultiplexer> ConnectAsync()
    {
        ConfigurationOptions configuration = Address.ToConfiguration();
        configuration.AllowAdmin = true;
        configuration.AbortOnConnectFail = true;
        return await ConnectionMultiplexer.ConnectAsync(configuration);
    }

    public async ValueTask InitializeAsync() =>
        _server = await RedisServerProcess.StartAsync(_directory.Path, _options with { Started = OnStarted }).WithinAsync(what: "the start of redis-server");

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_server is not null)
        {
            await _server.KillAsync();
            Watchdog.Forget(_pid);
            await _server.DisposeAsync();
        }

        await _directory.DisposeAsync();
    }

    // The id of a process that ended may be given to a stranger, whom the watchdog must not kill.
    private void OnStarted(int pid)
    {
        if (_pid != 0)
        {
            Watchdog.Forget(_pid);
        }

        Watchdog.Watch(pid);
        _pid = pid;
    }
}

/// <summary>The same with an append-only file: its data outlives a kill.</summary>
public sealed class AppendOnlyRedisFixture() : RedisFixture(new RedisServerOptions());
