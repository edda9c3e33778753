using OrleansChat.Testing;

[assembly: AssemblyFixture(typeof(OrleansChat.Queues.Tests.Support.QueuesFixture))]

namespace OrleansChat.Queues.Tests.Support;

/// <summary>Two nodes on one Redis. Tests keep out of each other's way by names of their own.</summary>
public sealed class QueuesFixture : IAsyncLifetime
{
    private ServerProcess? _north;
    private ServerProcess? _south;
    private int _names;

    public RedisFixture Redis { get; } = new();

    public ServerProcess North => _north ?? throw new InvalidOperationException("The fixture was not initialised.");

    public ServerProcess South => _south ?? throw new InvalidOperationException("The fixture was not initialised.");

    /// <summary>A name that no other test uses.</summary>
    public string Name(string begin) => $"{begin}{Interlocked.Increment(ref _names)}";

    /// <summary>Another node of the same cluster, which the test may kill.</summary>
    public Task<ServerProcess> StartNodeAsync(params string[] arguments) =>
        ServerProcess.StartAsync(Redis, ["--guests", "true", "--limits", "off", "--log-level", "warning", .. arguments]);

    /// <summary>Somebody with an account of their own.</summary>
    internal Task<QueueUser> UserAsync(string begin = "user") => QueueUser.RegisterAsync(North, Name(begin));

    public async ValueTask InitializeAsync()
    {
        await Redis.InitializeAsync();
        Task<ServerProcess> north = StartNodeAsync("--node", "north");
        Task<ServerProcess> south = StartNodeAsync("--node", "south");
        _north = await north;
        _south = await south;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServerProcess? node in new[] { _north, _south })
        {
            if (node is not null)
            {
                await node.DisposeAsync();
            }
        }

        await Redis.DisposeAsync();
    }
}
