using OrleansChat.Chaos.Clients;
using OrleansChat.Chaos.Network;
using OrleansChat.Chaos.Nodes;
using OrleansChat.Chaos.Running;
using StackExchange.Redis;

namespace OrleansChat.Chaos.Faults;

/// <summary>Something that is done to the cluster and undone again.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Does">In words, for the help.</param>
/// <param name="Run">Does it, waits, and undoes it.</param>
internal sealed record Fault(string Name, string Does, Func<ChaosCluster, Random, Task> Run)
{
    /// <summary>What has to stand ready before the nodes start.</summary>
    public Needs Needs { get; init; }

    /// <summary>Whether it may take storage back to an earlier state, in a run of these options.</summary>
    public Func<RunOptions, bool> MayLose { get; init; } = _ => false;

    /// <summary>Whether what was shown and never acknowledged may be gone afterwards.</summary>
    public bool MayUnshow { get; init; }

    /// <summary>How long before it what was acknowledged may be gone too.</summary>
    public TimeSpan Reach { get; init; }

    /// <summary>The only conversation that it may take back; null for all.</summary>
    public string? Where { get; init; }
}

/// <summary>What some faults need around the nodes.</summary>
[Flags]
internal enum Needs
{
    Nothing = 0,

    /// <summary>A redis-server that follows the one in use.</summary>
    Replica = 1,

    /// <summary>A disk that can be filled.</summary>
    Disk = 2,

    /// <summary>A network namespace for each node.</summary>
    Network = 4,

    /// <summary>A kernel that can lose and delay packets by itself.</summary>
    Netem = 8,

    /// <summary>Nodes whose clocks can be set.</summary>
    Clock = 16,
}

/// <summary>All faults.</summary>
internal static class FaultTable
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("kill", "kills a node (kill -9) and starts it again", (cluster, random) => Pick(cluster.Nodes, random).ReplaceAsync(Between(random, 0, 1500))),
        new("freeze", "stops a node's process for up to 4 s (SIGSTOP)", (cluster, random) => FreezeAsync(cluster, random, Between(random, 200, 4000))),
        new("lease", "stops a node's process for longer than its lease, 17 s", (cluster, random) => FreezeAsync(cluster, random, TimeSpan.FromSeconds(17))),
        new("cut", "resets the connections of clients to a node", (cluster, random) => Done(() => Array.ForEach([.. Pick(cluster.Nodes, random).Proxies], proxy => proxy.Cut()))),
        new("stall", "connections to a node stay open and carry nothing for up to 5 s", (cluster, random) => StallAsync(Pick(cluster.Nodes, random).Proxies, Between(random, 200, 5000))),
        new("redis-cut", "resets a node's connections to Redis", (cluster, random) => Done(() => Pick(cluster.Nodes, random).Storage.Cut())),
        new("partition", "a node's connections to Redis stay open and carry nothing for up to 6 s", (cluster, random) => StallAsync([Pick(cluster.Nodes, random).Storage], Between(random, 200, 6000))),
        new("partition-long", "the same for longer than the node's lease, 17 s", (cluster, random) => StallAsync([Pick(cluster.Nodes, random).Storage], TimeSpan.FromSeconds(17))),
        new("slow", "a client does not read for up to 5 s", SlowAsync),
        new("drop", "a client drops its connection and comes back elsewhere", (cluster, random) => Done(() => Pick(cluster.Natives, random).Cut())),
        new("redis-stop", "Redis stands still for up to 4 s (SIGSTOP)", StopRedisAsync),
        new("redis-sleep", "Redis is busy for up to 3 s (DEBUG SLEEP)", SleepRedisAsync),
        new("redis-kill", "kills Redis (kill -9) and starts it again on its append-only file", KillRedisAsync)
        {
            // With everysec Redis holds back what it writes for up to 2 s while its disk is busy.
            MayLose = options => options.AppendFsync != "always",
            Reach = TimeSpan.FromSeconds(3),
        },
        new(
            "rollback",
            "an older copy of one group comes back: what was acknowledged since may be gone, under another epoch only",
            (cluster, random) => Rollback.RunAsync(cluster.Redis, Cast.Side, Between(random, 500, 2500)))
        {
            MayLose = _ => true,
            Where = Cast.Side,
        },
        new("delay", "whatever goes to and from a node takes up to 300 ms longer, for up to 5 s", DelayAsync),
        new(
            "failover",
            "the link to a replica is lost for up to 0.8 s, then Redis (kill -9), and the replica takes its place",
            (cluster, random) => cluster.Storage.FailOverAsync(Between(random, 0, 800), Between(random, 0, 1500), cluster.MoveTo))
        {
            Needs = Needs.Replica,
            MayLose = options => options.WaitReplicas == 0,
            MayUnshow = true,
        },
        new("disk-full", "no room is left for Redis' append-only file for up to 3 s", (cluster, random) => cluster.Storage.FillDiskAsync(Between(random, 500, 3000)))
        {
            Needs = Needs.Disk,
        },
        new("clock", "a node's clock is set off by up to 20 days, either way, and set right again", ClockAsync) { Needs = Needs.Clock },
        new("net-out", "whatever a node sends, to Redis and to clients, is lost for up to 6 s (one-way partition)", NetworkFaults.OutAsync) { Needs = Needs.Network },
        new("net-in", "whatever is sent to a node is lost for up to 6 s (one-way partition)", NetworkFaults.InAsync) { Needs = Needs.Network },
        new("net-bursts", "packets of a node are lost in bursts, each way, for up to 5 s", NetworkFaults.BurstsAsync) { Needs = Needs.Network },
        new("net-loss", "a node's packets are lost (1 of 10), delayed and reordered by the kernel for up to 5 s", NetworkFaults.LossAsync) { Needs = Needs.Network | Needs.Netem },
    ];

    /// <summary>Those that a run has unless told otherwise.</summary>
    public static IReadOnlyList<string> Usual { get; } =
        ["kill", "freeze", "cut", "stall", "slow", "drop", "delay", "redis-cut", "partition", "redis-stop", "redis-sleep", "redis-kill", "clock"];

    /// <summary>
    /// All that does not take back what was acknowledged, as far as this machine permits it. What it does not permit is told in one line each.
    /// </summary>
    public static async Task<IReadOnlyList<string>> PossibleAsync(IEnumerable<string> names, Action<string> skipped)
    {
        List<string> possible = [];
        foreach (string name in names)
        {
            if (await FaultNeeds.MissingAsync(Get(name).Needs) is { } why)
            {
                skipped($"skipped {name}: {why}");
            }
            else
            {
                possible.Add(name);
            }
        }

        return possible;
    }

    public static Fault Get(string name) =>
        All.FirstOrDefault(fault => fault.Name == name) ?? throw new ArgumentException($"There is no fault {name}: {string.Join(", ", All.Select(fault => fault.Name))}", nameof(name));

    internal static T Pick<T>(IReadOnlyList<T> all, Random random) => all[random.Next(all.Count)];

    internal static TimeSpan Between(Random random, int low, int high) => TimeSpan.FromMilliseconds(random.Next(low, high));

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private static async Task FreezeAsync(ChaosCluster cluster, Random random, TimeSpan time)
    {
        ChaosNode node = Pick(cluster.Nodes, random);
        node.Process.Pause();
        await Pace.ForAsync(time);
        node.Process.Resume();
    }

    private static async Task StallAsync(IEnumerable<FlakyProxy> proxies, TimeSpan time)
    {
        FlakyProxy[] all = [.. proxies];
        Array.ForEach(all, proxy => proxy.Stall(true));
        await Pace.ForAsync(time);
        Array.ForEach(all, proxy => proxy.Stall(false));
    }

    private static async Task DelayAsync(ChaosCluster cluster, Random random)
    {
        ChaosNode node = Pick(cluster.Nodes, random);
        FlakyProxy[] all = [node.Storage, .. node.Proxies];
        Array.ForEach(all, proxy => proxy.Delay(random.Next(1, 300)));
        await Pace.ForAsync(Between(random, 200, 5000));
        Array.ForEach(all, proxy => proxy.Delay(0));
    }

    private static async Task ClockAsync(ChaosCluster cluster, Random random)
    {
        ChaosNode node = Pick(cluster.Nodes, random);
        node.SetClock(TimeSpan.FromMinutes(random.Next(-20 * 24 * 60, 20 * 24 * 60)));
        await Pace.ForAsync(Between(random, 200, 5000));
        node.SetClock(TimeSpan.Zero);
    }

    private static async Task SlowAsync(ChaosCluster cluster, Random random)
    {
        NativeActor actor = Pick(cluster.Natives, random);
        actor.Hold(true);
        await Pace.ForAsync(Between(random, 200, 5000));
        actor.Hold(false);
    }

    private static async Task StopRedisAsync(ChaosCluster cluster, Random random)
    {
        cluster.Redis.Server.Pause();
        await Pace.ForAsync(Between(random, 100, 4000));
        cluster.Redis.Server.Resume();
    }

    private static async Task SleepRedisAsync(ChaosCluster cluster, Random random)
    {
        double seconds = Between(random, 100, 3000).TotalSeconds;
        using ConnectionMultiplexer connection = await cluster.Redis.ConnectAsync();
        try
        {
            await connection.GetDatabase().ExecuteAsync("DEBUG", "SLEEP", FormattableString.Invariant($"{seconds:0.###}"));
        }
        catch (Exception late) when (late is TimeoutException or RedisException)
        {
            // It sleeps longer than this client waits.
        }
    }

    private static async Task KillRedisAsync(ChaosCluster cluster, Random random)
    {
        await cluster.Redis.Server.KillAsync();
        await Pace.ForAsync(Between(random, 0, 1500));
        await cluster.Redis.Server.RestartAsync();
    }
}
