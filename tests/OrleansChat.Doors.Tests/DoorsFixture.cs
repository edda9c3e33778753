using OrleansChat.Testing;

[assembly: AssemblyFixture(typeof(OrleansChat.Doors.Tests.DoorsFixture))]
[assembly: AssemblyFixture(typeof(NodeProcess))]

namespace OrleansChat.Doors.Tests;

/// <summary>Two nodes on one Redis with every door of these tests open. Tests keep out of each other's way by names of their own.</summary>
public sealed class DoorsFixture : IAsyncLifetime
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
        ServerProcess.StartAsync(Redis, ["--line", "127.0.0.1:0", "--limits", "off", .. arguments]);

    public async ValueTask InitializeAsync()
    {
        await Redis.InitializeAsync();
        _north = await StartNodeAsync("--node", "north");
        _south = await StartNodeAsync("--node", "south");
    }

    // Whatever clients did: a node stays up and blames nothing on itself.
    private static IEnumerable<string> Complaints(ServerProcess server) => server.HasExited ? ["A node has ended.", .. server.Failures] : server.Failures;

    public async ValueTask DisposeAsync()
    {
        string[] complaints = [.. new[] { _north, _south }.OfType<ServerProcess>().SelectMany(Complaints)];
        foreach (ServerProcess server in new[] { _south, _north }.OfType<ServerProcess>())
        {
            await server.DisposeAsync();
        }

        await Redis.DisposeAsync();
        Assert.Empty(complaints);
    }
}
