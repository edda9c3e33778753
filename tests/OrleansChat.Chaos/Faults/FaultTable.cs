using OrleansChat.Chaos.Clients;
using OrleansChat.Chaos.Network;
using OrleansChat.Chaos.Running;
using StackExchange.Redis;

namespace OrleansChat.Chaos.Faults;

/// <summary>Something that is done to the cluster and undone again.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Does">In words, for the help.</param>
/// <param name="Run">Does it, waits, and undoes it.</param>
/// <param name="MayLose">Whether it takes storage back to an earlier state.</param>
internal sealed record Fault(string Name, string Does, Func<ChaosCluster, Random, Task> Run, bool MayLose = false);

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
        new("redis-kill", "kills Redis (kill -9) and starts it again on its append-only file", KillRedisAsync),
        new(
            "rollback",
            "an older copy of one group comes back: what was acknowledged since may be gone, under another epoch only",
            (cluster, random) => Rollback.RunAsync(cluster.Redis, Cast.Side, Between(random, 500, 2500)),
            MayLose: true),
    ];

    /// <summary>Those that a run has unless told otherwise.</summary>
    public static IReadOnlyList<string> Usual { get; } = ["kill", "freeze", "cut", "stall", "slow", "drop", "redis-cut", "partition", "redis-stop", "redis-sleep", "redis-kill"];

    public static Fault Get(string name) =>
        All.FirstOrDefault(fault => fault.Name == name) ?? throw new ArgumentException($"There is no fault {name}: {string.Join(", ", All.Select(fault => fault.Name))}", nameof(name));

    private static T Pick<T>(IReadOnlyList<T> all, Random random) => all[random.Next(all.Count)];

    private static TimeSpan Between(Random random, int low, int high) => TimeSpan.FromMilliseconds(random.Next(low, high));

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
