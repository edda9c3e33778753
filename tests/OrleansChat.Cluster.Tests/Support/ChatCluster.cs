using OrleansChat.Redis;
using OrleansChat.Testing;

namespace OrleansChat.Cluster.Tests.Support;

using OrleansChat.Client;

/// <summary>Two server processes, north and south, on one redis-server of their own, and the people on them.</summary>
internal sealed class ChatCluster : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _guests = [];
    private readonly List<ServerProcess> _started = [];

    private ChatCluster(RedisFixture redis) => Redis = redis;

    public RedisFixture Redis { get; }

    public ServerProcess North { get; private set; } = null!;

    public ServerProcess South { get; private set; } = null!;

    /// <param name="redis">What is special about its Redis.</param>
    /// <param name="northAt">Where north listens, when it will be started there again: outgoing connections of others take any port that they find free.</param>
    public static async Task<ChatCluster> StartAsync(RedisServerOptions? redis = null, string northAt = "127.0.0.1:0")
    {
        ChatCluster cluster = new(await RedisFixture.StartAsync(redis));
        try
        {
            Task<ServerProcess> north = cluster.StartNodeAsync("north", northAt);
            Task<ServerProcess> south = cluster.StartNodeAsync("south");
            cluster.North = await north;
            cluster.South = await south;
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a further node on the same Redis.</summary>
    public async Task<ServerProcess> StartNodeAsync(string name, string http = "127.0.0.1:0")
    {
        ServerProcess node = await ServerProcess.StartAsync(Redis, "--http", http, "--node", name, "--guests", "true", "--limits", "off", "--log-level", "warning");
        lock (_started)
        {
            _started.Add(node);
        }

        return node;
    }

    /// <summary>Takes a name as a guest and returns the token.</summary>
    public static async Task<string> TokenAsync(string name, ServerProcess node)
    {
        using HttpClient http = new() { BaseAddress = node.Url };
        return (await new ChatRest(http).CreateGuestAsync(name).WithinAsync(what: $"the token of {name}")).Token;
    }

    /// <summary>Registers somebody, whose name and conversations outlive every connection, and returns the token.</summary>
    public static async Task<string> RegisterAsync(string name, ServerProcess node)
    {
        using HttpClient http = new() { BaseAddress = node.Url };
        return (await new ChatRest(http).CreateUserAsync(name, "a long password").WithinAsync(what: $"the account of {name}")).Token;
    }

    /// <summary>A guest who knows both nodes and stays connected, at first to <paramref name="home"/>.</summary>
    public async Task<Member> JoinAsync(string name, ServerProcess home) => await JoinAsync(name, home, await TokenAsync(name, home));

    public async Task<Member> JoinAsync(string name, ServerProcess home, string token)
    {
        ServerProcess other = ReferenceEquals(home, North) ? South : North;
        return Keep(await Member.ConnectAsync(name, token, [home.Url, other.Url]));
    }

    /// <summary>Guests <c>PREFIX-01</c>, <c>PREFIX-02</c> ...</summary>
    public Task<Member[]> JoinAsync(string prefix, int count, ServerProcess home) =>
        Task.WhenAll(Enumerable.Range(1, count).Select(i => JoinAsync($"{prefix}-{i:00}", home)));

    /// <summary>One connection, not mended by anything.</summary>
    public async Task<Session> OpenAsync(string name, ServerProcess node, string? token = null, IReadOnlyDictionary<string, ChatPosition>? positions = null) =>
        Keep(await Session.OpenAsync(name, node, token ?? await TokenAsync(name, node), positions));

    /// <summary>What the servers complained about is shown with a failed test.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_guests.Select(guest => guest.DisposeAsync().AsTask()));
        foreach (ServerProcess node in _started)
        {
            string errors = node.Errors;
            TestContext.Current.TestOutputHelper?.WriteLine(errors.Length > 8000 ? errors[..8000] : errors);
        }

        await Task.WhenAll(_started.Select(node => node.DisposeAsync().AsTask()));
        await Redis.DisposeAsync();
    }

    private T Keep<T>(T guest)
        where T : IAsyncDisposable
    {
        lock (_guests)
        {
            _guests.Add(guest);
        }

        return guest;
    }
}
