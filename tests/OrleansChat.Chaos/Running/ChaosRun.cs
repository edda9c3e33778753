using OrleansChat.Chaos.Checking;
using OrleansChat.Chaos.Clients;
using OrleansChat.Chaos.Faults;
using OrleansChat.Client;
using OrleansChat.Testing;
using StackExchange.Redis;

namespace OrleansChat.Chaos.Running;

/// <summary>What a run found.</summary>
internal sealed record RunReport(
    RunOptions Options, History History, FinalLog Log, IReadOnlyList<Violation> Violations, IReadOnlyDictionary<string, int> Faults, int Commands, long Planted)
{
    public long Acked => History.Acked.LongCount();

    public long Deliveries => History.Records.OfType<Delivered>().LongCount();
}

/// <summary>One run: a cluster, people on it, faults, then rest, then the checker.</summary>
internal sealed class ChaosRun : IAsyncDisposable
{
    private const long LongestView = 5000;
    private readonly RunOptions _options;
    private readonly ChaosCluster _cluster;
    private readonly Recorder _recorder = new(TimeProvider.System);
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _stop = new();
    private string? _told;

    private ChaosRun(RunOptions options, ChaosCluster cluster)
    {
        _options = options;
        _cluster = cluster;
    }

    public static async Task<RunReport> RunAsync(RunOptions options)
    {
        options.Progress?.Invoke("starting Redis and the nodes");
        await using ChaosRun run = new(options, await ChaosCluster.StartAsync(options));
        return await run.RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _end.Dispose();
        _stop.Dispose();
    }

    private async Task<RunReport> RunAsync()
    {
        Cast cast = await InviteAsync();
        List<Task> connected = [.. cast.All.Select(actor => actor.RunAsync(_stop.Token))];
        await cast.GatherAsync();
        FaultSchedule faults = new(_cluster, _recorder, _options);
        Troublemaker[] trouble = [.. Enumerable.Range(1, 2).Select(i => new Troublemaker(_cluster, _recorder, cast, _options.Seed + i))];
        List<Task> busy = [.. trouble.Select(one => one.RunAsync(_end.Token)), faults.RunAsync(_end.Token)];
        busy.AddRange(cast.Natives.Select(actor => actor.Outbox.RunAsync(cast.Conversations(actor), _options.Rate, _end.Token, _stop.Token)));
        busy.AddRange(cast.Libraries.Select(actor => actor.SendAsync([Cast.Room], _options.Rate, _end.Token)));

        _end.CancelAfter(_options.Time);
        await WatchAsync(faults);
        await SettleAsync(cast, busy);
        FinalLog log = await FinalLogReader.ReadAsync(_cluster.Redis, cast.AllConversations);
        await _stop.CancelAsync();
        await Task.WhenAll(connected);
        foreach (LibraryActor actor in cast.Libraries)
        {
            await actor.DisposeAsync();
        }

        History history = _recorder.History();
        return new RunReport(_options, history, log, Checker.Check(history, log), faults.Counts, trouble.Sum(one => one.Count), _cluster.Planted);
    }

    private async Task<Cast> InviteAsync()
    {
        Uri[] nodes = [.. _cluster.Nodes.Select(node => node.Url)];
        async Task<(string Name, string Token)> Person(string kind, int i) => ($"{kind}{i}", await _cluster.RegisterAsync($"{kind}{i}"));
        (string Name, string Token)[] natives = await Task.WhenAll(Enumerable.Range(1, _options.Natives).Select(i => Person("native", i)));
        (string Name, string Token)[] libraries = await Task.WhenAll(Enumerable.Range(1, _options.Libraries).Select(i => Person("library", i)));
        (string Name, string Token)[] lines = await Task.WhenAll(Enumerable.Range(1, _options.Lines).Select(i => Person("line", i)));
        (string Name, string Token)[] resps = await Task.WhenAll(Enumerable.Range(1, _options.Resps).Select(i => Person("resp", i)));
        (string Name, string Token)[] socketIos = await Task.WhenAll(Enumerable.Range(1, _options.Webs).Select(i => Person("socketio", i)));
        (string Name, string Token)[] signalRs = await Task.WhenAll(Enumerable.Range(1, _options.Webs).Select(i => Person("signalr", i)));
        (string Name, string Token)[] rests = await Task.WhenAll(Enumerable.Range(1, _options.Webs).Select(i => Person("rest", i)));
        _cluster.Natives.AddRange(natives.Select((one, i) => new NativeActor($"{one.Name}/1", one.Token, nodes, _recorder, _options.Seed * 100 + i)));
        Func<int>[] linePorts = [.. _cluster.Nodes.Select(node => (Func<int>)(() => node.LinePort))];
        Func<int>[] respPorts = [.. _cluster.Nodes.Select(node => (Func<int>)(() => node.RespPort))];
        return new Cast(
            _cluster.Natives,
            [.. libraries.Select(one => new LibraryActor($"{one.Name}/1", one.Token, nodes, _recorder))],
            [
                .. signalRs.Select(one => new SignalRActor($"{one.Name}/1", one.Token, nodes, _recorder, _options.Rate / 2, _end.Token)),
                .. rests.Select(one => new RestActor($"{one.Name}/1", one.Token, nodes, _recorder, _options.Rate / 2, _end.Token)),
            ],
            [
                .. socketIos.Select(one => new SocketIoActor($"{one.Name}/1", ChaosCluster.Password, nodes, _recorder, _options.Rate / 2, _end.Token)),
                .. lines.Select(one => new LineActor($"{one.Name}/1", ChaosCluster.Password, Cast.RoomId, linePorts, _recorder, _options.Rate / 2, _end.Token)),
                .. resps.Select(one => new RespActor($"{one.Name}/1", Cast.RoomId, respPorts, _recorder, _options.Rate / 2, _end.Token)),
            ]);
    }

    private async Task WatchAsync(FaultSchedule faults)
    {
        long started = TimeProvider.System.GetTimestamp();
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1));
        while (!_end.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync();
            if (_options.Watch is { } watch)
            {
                await watch(_cluster);
            }

            double seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
            _options.Progress?.Invoke(FormattableString.Invariant(
                $"{seconds:0} of {_options.Time.TotalSeconds:0} s, {_recorder.Acked} acknowledged, {_recorder.Deliveries} delivered, {faults.Counts.Values.Sum()} faults {faults.Present}"));
        }
    }

    /// <summary>Lets everything come to rest: faults undone, sends answered, everybody connected anew from where they were.</summary>
    private async Task SettleAsync(Cast cast, List<Task> busy)
    {
        _options.Progress?.Invoke("waiting for the last answers");
        foreach (NativeActor actor in cast.Natives)
        {
            actor.Hold(false);
        }

        await Task.WhenAll(busy).WithinAsync(TimeSpan.FromSeconds(90), "the end of all commands");
        await WaitAsync(() => Task.FromResult(cast.Libraries.All(actor => actor.Waiting == 0)));

        using ConnectionMultiplexer connection = await _cluster.Redis.ConnectAsync();

        // First as they are, by what is announced; then once more by what they are told when they come back.
        await AllHeardAsync(cast, connection.GetDatabase());
        Dictionary<NativeActor, Link?> before = cast.Natives.ToDictionary(actor => actor, actor => actor.Link);
        foreach (NativeActor actor in cast.Natives)
        {
            actor.Cut();
        }

        // All at once: it may take each of them several attempts.
        await WaitAsync(() => Task.FromResult(cast.Natives.All(actor => actor.Link is { } now && now != before[actor])));

        await AllHeardAsync(cast, connection.GetDatabase());

        _options.Progress?.Invoke("comparing what everybody sees");
        foreach (string conversation in cast.AllConversations)
        {
            long last = await FinalLogReader.LastAsync(connection.GetDatabase(), conversation);
            await Task.WhenAll(cast.Natives.Where(actor => cast.Conversations(actor).Contains(conversation)).Select(actor => ViewAsync(actor, conversation, last)));
        }

        await Task.WhenAll(cast.Natives.Select(actor => actor.CountAsync().WithinAsync(what: $"the summaries of {actor.Client}")));
    }

    private async Task AllHeardAsync(Cast cast, IDatabase database)
    {
        _options.Progress?.Invoke("waiting until everybody has heard everything");
        (IActor Actor, string Conversation)[] owed =
        [
            .. cast.Natives.SelectMany(actor => cast.Conversations(actor).Select(conversation => ((IActor)actor, conversation))),
            .. cast.Libraries.Select(actor => ((IActor)actor, Cast.Room)),
            .. cast.Webs.Select(actor => (actor, Cast.Room)),
        ];

        // One wait for all: in a run with a bug somebody may wait for what never comes.
        await WaitAsync(async () =>
        {
            foreach ((IActor actor, string conversation) in owed)
            {
                if (actor.LastSeen(conversation) < await FinalLogReader.LastAsync(database, conversation))
                {
                    Tell($"waiting until {actor.Client} has heard {conversation} beyond {actor.LastSeen(conversation)}");
                    return false;
                }
            }

            return true;
        });
        foreach ((IActor actor, string conversation) in owed)
        {
            Heard(actor, conversation);
        }
    }

    // Once, however often it is looked at.
    private void Tell(string what)
    {
        if (_told != what)
        {
            _told = what;
            _options.Progress?.Invoke(what);
        }
    }

    private void Heard(IActor actor, string conversation)
    {
        _recorder.Write(at => new Settled(at, actor.Client, conversation));
    }

    /// <summary>What history shows one member: all of it, or of a long one the last part. Whoever is no member any more sees nothing.</summary>
    private async Task ViewAsync(NativeActor actor, string conversation, long last)
    {
        List<string> messages = [];
        long start = Math.Max(0, last - LongestView);
        for (long after = start; ;)
        {
            HistoryPage page;
            try
            {
                page = await PageAsync(actor, conversation, after);
            }
            catch (ChatException refused) when (refused.Name == "not_member")
            {
                return;
            }

            messages.AddRange(page.Messages.Select(message =>
                $"{message.Seq} {message.From} {message.ClientId} {message.Kind} {message.Text} {message.Deleted} {message.Edited} {message.Reactions?.Sum(reaction => reaction.Value.Count)}"));
            after = page.To;
            if (!page.More)
            {
                break;
            }
        }

        _recorder.Write(at => new Viewed(at, actor.Client, conversation, start, messages));
    }

    private async Task<HistoryPage> PageAsync(NativeActor actor, string conversation, long after)
    {
        for (int attempt = 1; ; attempt++)
        {
            await WaitAsync(() => Task.FromResult(actor.Link is not null));
            NativeConnection chat = actor.Link?.Chat ?? throw new InvalidOperationException($"{actor.Client} does not come back.");
            try
            {
                return await chat.HistoryAsync(conversation, after: after, limit: 200).WithinAsync(what: $"history of {conversation}");
            }
            catch (ChatException lost) when (lost.Retry && attempt < 20)
            {
                // Its connection may have been a late victim.
                await Pace.ForAsync(200);
            }
        }
    }

    /// <summary>Waits, but not for ever: what does not come is the checker's to find.</summary>
    private async Task WaitAsync(Func<Task<bool>> condition)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (!await condition() && TimeProvider.System.GetElapsedTime(started) < _options.Rest)
        {
            await Pace.ForAsync(50);
        }
    }
}
