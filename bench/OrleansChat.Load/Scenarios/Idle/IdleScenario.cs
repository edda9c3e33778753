namespace OrleansChat.Load;

/// <summary>Connections through one door that are signed in and then do nothing.</summary>
internal sealed class IdleScenario(LoadOptions options, int connections, string door, IdleAddresses addresses)
{
    private readonly Measurement _measurement = new();

    /// <summary>As many come before the count, so that compiled code and filled pools are not taken for what connections cost.</summary>
    private readonly int _first = Math.Max(connections / 10, 50);

    public async Task<LoadReport> RunAsync(CancellationToken cancel)
    {
        var done = 0;
        using var guests = new Guests(options);
        var connect = IdleDoors.Of(door, new IdleDoorContext(options, guests, addresses, _measurement));
        var all = new IDisposable[_first + connections];
        async ValueTask ConnectAsync(int index, CancellationToken stop)
        {
            all[index] = await connect(index, stop);
            if (Interlocked.Increment(ref done) is var count && count % 100 == 0)
            {
                Progress.Show($"{count:N0} connected");
            }
        }

        await Guests.ForEachAsync(_first, ConnectAsync, cancel);
        await Task.Delay(TimeSpan.FromSeconds(options.Warmup), cancel);
        var before = Usage.Read(options);
        await Guests.ForEachAsync(connections, (index, stop) => ConnectAsync(_first + index, stop), cancel);

        // The warm-up lets the server's collector settle after the burst.
        var connected = Usage.Read(options);
        await Task.Delay(TimeSpan.FromSeconds(options.Warmup), cancel);
        var begin = Usage.Read(options);
        await Task.Delay(TimeSpan.FromSeconds(options.Seconds), cancel);
        var end = Usage.Read(options);
        Progress.Clear();
        _measurement.IsOver = true;
        Array.ForEach(all, connection => connection.Dispose());
        return Report(before.Seconds(connected), begin.Seconds(end), before, begin, end);
    }

    private LoadReport Report(double connecting, double seconds, Usage before, Usage begin, Usage end) => new()
    {
        Load = $"{connections} idle connections, {door} door",
        Nodes = options.Urls.Length,
        Seconds = Math.Round(seconds, 3),
        Idle = new IdleResult(
            connections,
            Math.Round(connecting, 2),
            Math.Round(connections / connecting, 1),
            Math.Round((double)(end.ServerRss - before.ServerRss) / connections)),
        Server = options.ServerPids.Length == 0 ? null : Cost.Of(end.Server - begin.Server, seconds, 0, 0),
        Redis = options.RedisPids.Length == 0 ? null : Cost.Of(end.Redis - begin.Redis, seconds, 0, 0),
        Generator = Cost.Of(end.Generator - begin.Generator, seconds, 0, 0),
        ServerRssBytes = end.ServerRss,
        ViolationCount = _measurement.ViolationCount,
        Violations = _measurement.Violations,
    };
}
