using System.Collections.Concurrent;
using OrleansChat.Chaos.Checking;
using OrleansChat.Chaos.Clients;
using OrleansChat.Chaos.Running;
using OrleansChat.Chaos.Soak;
using OrleansChat.Client;
using OrleansChat.Testing;

namespace OrleansChat.Chaos.Overload;

/// <summary>
/// One hot group that is offered three times what the node can do, and a direct conversation beside it; then everybody goes on sending, each to a
/// group of their own, while Redis stands still.
/// </summary>
internal sealed class OverloadRun : IAsyncDisposable
{
    private const string Hot = "group:hot";
    private const string Quiet = "dm:quiet1:quiet2";
    private const int ClosedWindow = 32;

    /// <summary>More than any session or conversation may have under way, so that the bound of the node is the one that holds.</summary>
    private const int Window = 8192;

    private static readonly string Padding = new('x', 1000);
    private readonly ChaosCluster _cluster;
    private readonly List<NativeConnection> _senders = [];
    private readonly Errands _reading = new();
    private readonly ConcurrentDictionary<string, string> _tokens = new();
    private double _megaBytes;
    private bool _still;
    private int _made;

    private OverloadRun(ChaosCluster cluster) => _cluster = cluster;

    /// <param name="senders">Members of the hot group, who all send.</param>
    /// <param name="each">How long capacity is measured, and then three times as much is offered.</param>
    /// <param name="still">How long Redis stands still after that, while as much is offered.</param>
    public static async Task<OverloadReport> RunAsync(int senders, TimeSpan each, TimeSpan still)
    {
        // Redis answers before it writes here: the disk is not what is measured.
        string[] options = still > TimeSpan.Zero ? ["--limit-in-flight", $"{Window}"] : [];
        ChaosCluster cluster = await ChaosCluster.StartAsync(new RunOptions { Nodes = 1, AppendFsync = "everysec", ServerOptions = options });
        await using OverloadRun run = new(cluster);
        return await run.MeasureAsync(senders, each, still);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_senders.Select(sender => sender.DisposeAsync().AsTask()));
        await _reading.DoneAsync();
        await _cluster.DisposeAsync();
    }

    private async Task<OverloadReport> MeasureAsync(int senders, TimeSpan each, TimeSpan still)
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
        await AllAsync(each, end => [.. crowd.Select(sender => FloodAsync(sender, flood, Hot, offered / senders, end)), QuietlyAsync(quiet, during, end)]);
        double megaBytes = _megaBytes;
        Tally standing = still > TimeSpan.Zero ? await StandStillAsync(crowd, offered, still) : new Tally();

        long ended = TimeProvider.System.GetTimestamp();
        Tally after = new();
        await Eventually.TrueAsync(
            async () =>
            {
                // A node that could not renew its lease has closed its sessions: they come back.
                quiet = quiet.Closed.IsCompleted ? await ConnectAsync("quiet1") : quiet;
                await after.SendAsync(quiet, Quiet, $"m{Interlocked.Increment(ref _made)}");
                return !after.Acked.IsEmpty;
            },
            TimeSpan.FromMinutes(1),
            "a send after the flood");
        TimeSpan recovery = TimeProvider.System.GetElapsedTime(ended);
        FinalLog log = await FinalLogReader.ReadAsync(_cluster.Redis, [Hot, Quiet, .. still > TimeSpan.Zero ? crowd.Select((_, i) => Own(i)) : []]);
        string[] there = [.. log.All.SelectMany(one => one.Entries).Select(entry => entry.ClientId).OfType<string>()];
        HashSet<string> once = [.. there];
        string[] missing = [.. ((Tally[])[closed, before, flood, during, standing, after]).SelectMany(tally => tally.Acked).Where(id => !once.Contains(id))];
        return new OverloadReport
        {
            Capacity = capacity,
            Offered = offered,
            Flood = flood,
            QuietBefore = before,
            QuietDuring = during,
            MegaBytes = megaBytes,
            Standing = standing,
            StandingMegaBytes = _megaBytes,
            Recovery = recovery,
            False = missing,
            Doubled = there.Length - once.Count,
        };
    }

    /// <summary>As much as before, to many conversations, while Redis answers nothing.</summary>
    private async Task<Tally> StandStillAsync(NativeConnection[] crowd, double offered, TimeSpan time)
    {
        // Who could not read what came out of the flood was closed as slow.
        await Task.WhenAll(crowd.Select(async (sender, i) => crowd[i] = sender.Closed.IsCompleted ? await ConnectAsync($"sender{i + 1}") : sender));
        await Task.WhenAll(crowd.Select((sender, i) => sender.CreateGroupAsync($"own{i}"))).WithinAsync(what: "a group for each");
        Tally standing = new();
        _still = true;
        _cluster.Redis.Server.Pause();
        try
        {
            await AllAsync(time, end => [.. crowd.Select((sender, i) => FloodAsync(sender, standing, Own(i), offered / crowd.Length, end))]);
        }
        finally
        {
            _still = false;
            _cluster.Redis.Server.Resume();
        }

        return standing;
    }

    private static string Own(int sender) => $"group:own{sender}";

    private async Task<NativeConnection> ConnectAsync(string name)
    {
        NativeConnectionOptions options = new() { Token = _tokens.GetOrAdd(name, await TokenAsync(name)) };
        NativeConnection connection = await NativeConnection.ConnectAsync(_cluster.Nodes[0].Process.Url, options).WithinAsync(what: $"the connection of {name}");
        await connection.SyncAsync().WithinAsync(what: $"the sync of {name}");
        lock (_senders)
        {
            _senders.Add(connection);
        }

        _reading.Add(DrainAsync(connection));
        return connection;
    }

    private async Task<string> TokenAsync(string name) => _tokens.TryGetValue(name, out string? token) ? token : await _cluster.RegisterAsync(name);

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
    private async Task FloodAsync(NativeConnection sender, Tally tally, string conversation, double perSecond, CancellationToken end)
    {
        long started = TimeProvider.System.GetTimestamp();
        List<Task> sent = [];
        while (!end.IsCancellationRequested && !sender.Closed.IsCompleted)
        {
            for (int owed = (int)(TimeProvider.System.GetElapsedTime(started).TotalSeconds * perSecond) - sent.Count; owed > 0; owed--)
            {
                sent.Add(tally.SendAsync(sender, conversation, $"m{Interlocked.Increment(ref _made)}", _still ? Padding : ""));
            }

            await Pace.ForAsync(5, CancellationToken.None);
        }

        await Task.WhenAll(sent).WithinAsync(TimeSpan.FromSeconds(60), "the answers to the flood");
    }
}
