namespace OrleansChat.Load;

/// <summary>Connections that are synced and then do nothing.</summary>
internal sealed class IdleScenario(LoadOptions options, int connections)
{
    private readonly Measurement _measurement = new();

    public async Task<LoadReport> RunAsync(CancellationToken cancel)
    {
        var before = Usage.Read(options);
        var done = 0;
        using var guests = new Guests(options);
        var all = await guests.ConnectAsync(connections, async (_, name, connection) =>
        {
            connection.Attach(new LoadPeer(_measurement, name, receiver: null));
            await connection.CallAsync("\"do\":\"sync\",\"positions\":{}", cancel);
            if (Interlocked.Increment(ref done) is var count && count % 100 == 0)
            {
                Progress.Show($"{count:N0} connected");
            }

            return connection;
        }, cancel);

        // The warm-up lets the server's collector settle after the burst.
        await Task.Delay(TimeSpan.FromSeconds(options.Warmup), cancel);
        var begin = Usage.Read(options);
        await Task.Delay(TimeSpan.FromSeconds(options.Seconds), cancel);
        var end = Usage.Read(options);
        Progress.Clear();
        _measurement.IsOver = true;
        Array.ForEach(all, connection => connection.Dispose());
        return Report(before, begin, end);
    }

    private LoadReport Report(Usage before, Usage begin, Usage end)
    {
        var seconds = begin.Seconds(end);
        var connecting = before.Seconds(begin) - options.Warmup;
        return new LoadReport
        {
            Load = $"{connections} idle connections",
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
}
