using OrleansChat.Client;
using OrleansChat.Cluster.Tests.Support;
using OrleansChat.Redis;
using OrleansChat.Testing;

namespace OrleansChat.Deployment.Tests.Topology;

/// <summary>
/// The cluster of <c>docker-compose.yml</c> as plain processes: Redis with its append-only file, two nodes, nginx in front. With the embedded engine, whose
/// nodes are silo and gateway in one. Everything is restarted where it was, as containers are.
/// </summary>
internal sealed class ComposeTopology : IAsyncDisposable
{
    private readonly int[] _ports = [FreePort.Next(), FreePort.Next()];
    private readonly ServerProcess?[] _nodes = new ServerProcess?[2];
    private readonly List<Member> _members = [];
    private NginxProcess? _balancer;

    private ComposeTopology(RedisFixture redis) => Redis = redis;

    public RedisFixture Redis { get; }

    public Uri Url => _balancer!.Url;

    public static async Task<ComposeTopology> StartAsync()
    {
        ComposeTopology topology = new(await RedisFixture.StartAsync(new RedisServerOptions()));
        try
        {
            await Task.WhenAll(topology.StartNodeAsync(0), topology.StartNodeAsync(1));
            topology._balancer = await NginxProcess.StartAsync(topology._nodes.Select(node => node!.Url));
            return topology;
        }
        catch
        {
            await topology.DisposeAsync();
            throw;
        }
    }

    /// <summary>Guests with the reconnecting client, who know the balancer's address only.</summary>
    public async Task<Member[]> JoinAsync(string prefix, int count)
    {
        Member[] members = await Task.WhenAll(Enumerable.Range(1, count).Select(async i =>
        {
            string name = $"{prefix}-{i:00}";
            using HttpClient http = new() { BaseAddress = Url };
            string token = (await new ChatRest(http).CreateGuestAsync(name).WithinAsync(what: $"the token of {name}")).Token;
            return await Member.ConnectAsync(name, token, [Url]);
        }));
        _members.AddRange(members);
        return members;
    }

    /// <summary>Drains a node, starts it again and waits until it is ready.</summary>
    public async Task RestartNodeAsync(int node)
    {
        ServerProcess old = _nodes[node]!;
        Assert.Equal(0, await old.StopAsync());
        await old.DisposeAsync();
        await StartNodeAsync(node);
    }

    public Task RestartBalancerAsync() => _balancer!.RestartAsync();

    public Task RestartRedisAsync() => Redis.Server.RestartAsync().WithinAsync(what: "the restart of Redis");

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_members.Select(member => member.DisposeAsync().AsTask()));
        if (_balancer is { } balancer)
        {
            await balancer.DisposeAsync();
        }

        foreach (ServerProcess node in _nodes.OfType<ServerProcess>())
        {
            TestContext.Current.TestOutputHelper?.WriteLine(node.Errors);
            await node.DisposeAsync();
        }

        await Redis.DisposeAsync();
    }

    private async Task StartNodeAsync(int node) => _nodes[node] = await ServerProcess.StartAsync(
        Redis,
        "--http", $"127.0.0.1:{_ports[node]}",
        "--node", node == 0 ? "north" : "south",
        "--guests", "true",
        "--trusted-proxies", "127.0.0.1",
        "--limits", "off",
        "--log-level", "warning");
}
