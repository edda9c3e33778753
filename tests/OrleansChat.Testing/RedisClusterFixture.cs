using System.Globalization;
using OrleansChat.Redis;
using StackExchange.Redis;
using Xunit;

namespace OrleansChat.Testing;

/// <summary>
/// A Redis Cluster of three masters without replicas, each a redis-server of the tests' own with a third of the slots. What runs on one
/// Redis has to run here: a script or a command that touches keys of two slots is refused.
/// </summary>
public sealed class RedisClusterFixture : IAsyncLifetime
{
    private const int Masters = 3;
    private const int Slots = 16_384;

    private readonly List<RedisFixture> _masters = [];
    private readonly List<RedisFixture> _replicas = [];
    private int[] _buses = [];

    /// <summary>The masters in the order of their slots.</summary>
    public IReadOnlyList<RedisFixture> Nodes => _masters;

    /// <summary><c>host:port</c> of one of them, as <c>--redis</c> takes it: clients find the others from there.</summary>
    public string Endpoint => _masters[0].Endpoint;

    /// <summary>Starts one for a single test.</summary>
    public static async Task<RedisClusterFixture> StartAsync()
    {
        RedisClusterFixture cluster = new();
        try
        {
            await cluster.InitializeAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask InitializeAsync()
    {
        _buses = [.. Enumerable.Range(0, Masters).Select(_ => FreePort.Next())];
        _masters.AddRange(await Task.WhenAll(_buses.Select(bus => StartServerAsync(bus))));
        for (int i = 0; i < Masters; i++)
        {
            await CallAsync(i, "CLUSTER", "ADDSLOTSRANGE", Text(Slots * i / Masters), Text((Slots * (i + 1) / Masters) - 1));
            await CallAsync(i, "CLUSTER", "SET-CONFIG-EPOCH", Text(i + 1));
        }

        for (int i = 1; i < Masters; i++)
        {
            await CallAsync(i, "CLUSTER", "MEET", "127.0.0.1", Text(_masters[0].Port), Text(_buses[0]));
        }

        await Eventually.TrueAsync(async () => (await Task.WhenAll(Enumerable.Range(0, Masters).Select(IsCompleteAsync))).All(complete => complete), what: "the Redis Cluster comes together");
    }

    /// <summary>Gives each master a replica, which takes over when the others agree that it is gone, two seconds after.</summary>
    public async Task AddReplicasAsync()
    {
        for (int i = 0; i < Masters; i++)
        {
            RedisFixture replica = await StartServerAsync(FreePort.Next());
            _replicas.Add(replica);
            string id = await IdAsync(i);
            await CallAsync(replica, "CLUSTER", "MEET", "127.0.0.1", Text(_masters[0].Port), Text(_buses[0]));
            await Eventually.TrueAsync(async () => (await CallAsync(replica, "CLUSTER", "NODES"))[0].Contains(id, StringComparison.Ordinal), what: "the replica knows its master");
            await CallAsync(replica, "CLUSTER", "REPLICATE", id);
        }

        foreach (RedisFixture server in _masters.Concat(_replicas))
        {
            await CallAsync(server, "CONFIG", "SET", "cluster-node-timeout", "2000");
        }

        await Eventually.TrueAsync(
            async () => (await Task.WhenAll(_replicas.Select(replica => CallAsync(replica, "INFO", "replication")))).All(info => info[0].Contains("master_link_status:up", StringComparison.Ordinal))
                && (await Task.WhenAll(_masters.Concat(_replicas).Select(master => CallAsync(master, "CLUSTER", "NODES")))).All(nodes => nodes[0].Split("slave").Length - 1 == Masters),
            what: "the replicas have caught up");
    }

    /// <summary>Waits until a master's replica has as many keys as the master.</summary>
    public Task ReplicatedAsync(int master) => Eventually.TrueAsync(
        async () => (await CallAsync(master, "DBSIZE"))[0] == (await CallAsync(_replicas[master], "DBSIZE"))[0], what: "the replica has every key");

    /// <summary>The master that serves a key.</summary>
    public async Task<int> MasterOfAsync(string key)
    {
        int slot = await SlotAsync(key);
        for (int i = 0; i < Masters; i++)
        {
            if ((await OwnLineAsync(i)).Split(' ').Skip(8).Any(range => Holds(range, slot)))
            {
                return i;
            }
        }

        throw new InvalidOperationException($"No master serves slot {slot}.");
    }

    /// <summary>Moves the slot of a key to another master as an operator's tool does: key by key, while clients go on.</summary>
    public async Task MoveSlotAsync(string key, int to)
    {
        int from = await MasterOfAsync(key);
        string slot = Text(await SlotAsync(key));
        await CallAsync(to, "CLUSTER", "SETSLOT", slot, "IMPORTING", await IdAsync(from));
        await CallAsync(from, "CLUSTER", "SETSLOT", slot, "MIGRATING", await IdAsync(to));
        while (await CallAsync(from, "CLUSTER", "GETKEYSINSLOT", slot, "1") is [var next])
        {
            await CallAsync(from, "MIGRATE", "127.0.0.1", Text(_masters[to].Port), next, "0", "5000");
        }

        foreach (int master in new[] { to, from }.Concat(Enumerable.Range(0, Masters).Except([to, from])))
        {
            await CallAsync(master, "CLUSTER", "SETSLOT", slot, "NODE", await IdAsync(to));
        }
    }

    /// <summary>Breaks the links of the bus between one master and another and waits until they are back.</summary>
    public async Task BreakLinkAsync(int one, int other)
    {
        await CallAsync(one, "DEBUG", "CLUSTERLINK", "KILL", "all", await IdAsync(other));
        await Eventually.TrueAsync(async () => await CountLinksAsync(one) + await CountLinksAsync(other) == 4 * (Masters - 1), what: "the links come back");
    }

    /// <summary>Empties every master.</summary>
    public Task FlushAsync() => Task.WhenAll(Enumerable.Range(0, Masters).Select(i => CallAsync(i, "FLUSHALL")));

    /// <summary>The keys that one master holds.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync(int master, string pattern = "*") => await CallAsync(master, "KEYS", pattern);

    /// <summary>Asks one master something over a connection of its own, which is not redirected.</summary>
    public Task<IReadOnlyList<string>> CallAsync(int master, params string[] command) => CallAsync(_masters[master], command);

    /// <summary>A new connection to the cluster; the caller disposes it.</summary>
    public Task<ConnectionMultiplexer> ConnectAsync() => _masters[0].ConnectAsync();

    public async ValueTask DisposeAsync() => await Task.WhenAll(_masters.Select(master => master.DisposeAsync().AsTask()));

    private static Task<RedisFixture> StartServerAsync(int bus) => RedisFixture.StartAsync(new RedisServerOptions
    {
        AppendOnly = false,

        // The bus listens ten thousand ports further on unless told otherwise, where outgoing connections have theirs.
        Settings = ["cluster-enabled yes", $"cluster-port {bus}", "cluster-node-timeout 15000", "enable-debug-command local"],
    });

    private static async Task<IReadOnlyList<string>> CallAsync(RedisFixture server, params string[] command)
    {
        await using RedisControl control = await RedisControl.ConnectAsync(server.Address, CancellationToken.None);
        return await control.CallAsync(command, CancellationToken.None).WithinAsync(what: command[0]);
    }

    // Each knows that all slots are served and by whom; while they meet, a master may believe itself alone and well.
    private async Task<bool> IsCompleteAsync(int master)
    {
        string info = (await CallAsync(master, "CLUSTER", "INFO"))[0];
        string nodes = (await CallAsync(master, "CLUSTER", "NODES"))[0];
        return info.Contains("cluster_state:ok", StringComparison.Ordinal)
            && info.Contains($"cluster_size:{Masters}", StringComparison.Ordinal)
            && info.Contains($"cluster_slots_ok:{Slots}", StringComparison.Ordinal)
            && !nodes.Contains("handshake", StringComparison.Ordinal)
            && nodes.Split(" connected ").Length - 1 == Masters;
    }

    private async Task<int> SlotAsync(string key) => int.Parse((await CallAsync(0, "CLUSTER", "KEYSLOT", key))[0], CultureInfo.InvariantCulture);

    private async Task<string> IdAsync(int master) => (await CallAsync(master, "CLUSTER", "MYID"))[0];

    // One to and one from each other master.
    private async Task<int> CountLinksAsync(int master) => (await CallAsync(master, "CLUSTER", "LINKS")).Count(word => word == "direction");

    // id address flags master ping pong epoch state, then the slots
    private async Task<string> OwnLineAsync(int master) =>
        (await CallAsync(master, "CLUSTER", "NODES"))[0].Split('\n').Single(line => line.Contains("myself", StringComparison.Ordinal));

    private static bool Holds(string range, int slot)
    {
        int[] ends = range.StartsWith('[') ? [] : [.. range.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture))];
        return ends.Length > 0 && slot >= ends[0] && slot <= ends[^1];
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
