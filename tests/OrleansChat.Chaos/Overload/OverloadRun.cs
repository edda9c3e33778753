using OrleansChat.Chaos.Checking;
using OrleansChat.Chaos.Clients;
using OrleansChat.Chaos.Running;
using OrleansChat.Chaos.Soak;
using OrleansChat.Client;
using OrleansChat.Testing;

namespace OrleansChat.Chaos.Overload;

/// <summary>What an overload showed.</summary>
/// <param name="Capacity">Acknowledged sends a second, when nobody sends before the answer to the last has come.</param>
/// <param name="Offered">Sends a second that were offered then.</param>
/// <param name="Flood">What became of them.</param>
/// <param name="QuietBefore">The direct conversation beside, at capacity.</param>
/// <param name="QuietDuring">The same in the flood.</param>
/// <param name="MegaBytes">The node's memory at most.</param>
/// <param name="False">Acknowledged and not in the log.</param>
/// <param name="Recovery">From the flood's end to the first send that is acknowledged again.</param>
internal sealed record OverloadReport(
    double Capacity, double Offered, Tally Flood, Tally QuietBefore, Tally QuietDuring, double MegaBytes, IReadOnlyList<string> False, TimeSpan Recovery);

/// <summary>One hot group that is offered three times what the node can do, and a direct conversation beside it.</summary>
internal sealed class OverloadRun : IAsyncDisposable
{
    private const string Hot = "group:hot";
    private const string Quiet = "dm:quiet1:quiet2";
    private const int ClosedWindow = 32;
    private readonly ChaosCluster _cluster;
    private readonly List<NativeConnection> _senders = [];
    private readonly Errands _reading = new();
    private double _megaBytes;
    private int _made;

    private OverloadRun(ChaosCluster cluster) => _cluster = cluster;

    public static async Task<OverloadReport> RunAsync(int senders, TimeSpan each)
    {
        // Redis answers before it writes here: the disk is not what is measured.
        ChaosCluster cluster = await ChaosCluster.StartAsync(new RunOptions { Nodes = 1, AppendFsync = "everysec" });
        await using OverloadRun run = new(cluster);
        return await run.MeasureAsync(senders, each);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_senders.Select(sender => sender.DisposeAsync().AsTask()));
        await _reading.DoneAsync();
        await _cluster.DisposeAsync();
    }

    private async Task<OverloadReport> MeasureAsync(int senders, TimeSpan each)
    {
        NativeConnection quiet = await ConnectAsync("quiet1");
        await ConnectAsync("quiet2");
        NativeConnection[] crowd = await Task.WhenAll(Enumerable.Range(1, senders).Select(i => ConnectAsync($"sender{i}")));
        await crowd[0].CreateGroupAsync("hot", members: Enumerable.Range(2, senders - 1).Select(i => $"sender{i}")).WithinAsync(what: "the hot group");
        await new Tally().SendAsync(quiet, Quiet, "hello").WithinAsync(what: "the first direct message");

        (Tally closed, Tally before) = (new Tally(), new Tally());
        await AllAsync(each, end => [.. crowd.SelectMany(sender => Enumerable.Range(0, ClosedWindow).Select(_ => OneByOneAsync(sender, closed, end))), QuietlyAsync(quiet, before, end)]);
        double capacity = closed.Acked.Count / each.TotalSeconds;

        (Tally flood, Tally during) = (new Tally(), new Tally());
        double offered = 3 * capacity;
        await AllAsync(each, end => [.. crowd.Select(sender => FloodAsync(sender, flood, offered / senders, end)), QuietlyAsync(quiet, during, end)]);

        long ended = TimeProvider.System.GetTimestamp();
        Tally after = new();
        await Eventually.TrueAsync(
            async () =>
            {
                await after.SendAsync(crowd[0], Hot, $"m{Interlocked.Increment(ref _made)}");
                return !after.Acked.IsEmpty;
            },
            what: "a send after the flood");
        TimeSpan recovery = TimeProvider.System.GetElapsedTime(ended);
        FinalLog log = await FinalLogReader.ReadAsync(_cluster.Redis, [Hot, Quiet]);
        HashSet<string> there = [.. log.All.SelectMany(one => one.Entries).Select(entry => entry.ClientId).OfType<string>()];
        string[] missing = [.. ((Tally[])[closed, before, flood, during, after]).SelectMany(tally => tally.Acked).Where(id => !there.Contains(id))];
        return new OverloadReport(capacity, offered, flood, before, during, _megaBytes, missing, recovery);
    }

    private async Task<NativeConnection> ConnectAsync(string name)
    {
        NativeConnectionOptions options = new() { Token = await _cluster.RegisterAsync(name) };
        NativeConnection connection = await NativeConnection.ConnectAsync(_cluster.Nodes[0].Process.Url, options).WithinAsync(what: $"the connection of {name}");
        await connection.SyncAsync().WithinAsync(what: $"the sync of {name}");
        lock (_senders)
        {
            _senders.Add(connection);
        }

        _reading.Add(DrainAsync(connection));
        return connection;
    }

    // What is heard is not kept; only that it is taken, so that nobody is slow.
    private static async Task DrainAsync(NativeConnection connection)
    {
        while (await connection.Events.WaitToReadAsync())
        {
            while (connection.Events.TryRead(out _))
            {
                // Taken.
            }
        }
    }

    private async Task AllAsync(TimeSpan time, Func<CancellationToken, Task[]> work)
    {
        using CancellationTokenSource end = new(time);
        Task all = Task.WhenAll(work(end.Token));
        while (!all.IsCompleted)
        {
            _megaBytes = Math.Max(_megaBytes, ResourceSample.MegaBytesOf(_cluster.Nodes[0]));
            await Task.WhenAny(all, Pace.ForAsync(200, CancellationToken.None));
        }

        await all;
    }

    private async Task OneByOneAsync(NativeConnection sender, Tally tally, CancellationToken end)
    {
        while (!end.IsCancellationRequested && !sender.Closed.IsCompleted)
        {
            await tally.SendAsync(sender, Hot, $"m{Interlocked.Increment(ref _made)}");
        }
    }

    private async Task QuietlyAsync(NativeConnection sender, Tally tally, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await tally.SendAsync(sender, Quiet, $"m{Interlocked.Increment(ref _made)}");
            await Pace.ForAsync(50, CancellationToken.None);
        }
    }

    /// <summary>Sends at a pace, whatever the answers are.</summary>
    private async Task FloodAsync(NativeConnection sender, Tally tally, double perSecond, CancellationToken end)
    {
        long started = TimeProvider.System.GetTimestamp();
        List<Task> sent = [];
        while (!end.IsCancellationRequested && !sender.Closed.IsCompleted)
        {
            for (int owed = (int)(TimeProvider.System.GetElapsedTime(started).TotalSeconds * perSecond) - sent.Count; owed > 0; owed--)
            {
                sent.Add(tally.SendAsync(sender, Hot, $"m{Interlocked.Increment(ref _made)}"));
            }

            await Pace.ForAsync(5, CancellationToken.None);
        }

        await Task.WhenAll(sent).WithinAsync(TimeSpan.FromSeconds(60), "the answers to the flood");
    }
}
