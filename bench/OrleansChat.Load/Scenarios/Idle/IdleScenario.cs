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
        var before = await Usage.ReadAsync(options, cancel);
        await Guests.ForEachAsync(connections, (index, stop) => ConnectAsync(_first + index, stop), cancel);

        // The warm-up lets the server's collector settle after the burst.
        var connected = await Usage.ReadAsync(options, cancel);
        await Task.Delay(TimeSpan.FromSeconds(options.Warmup), cancel);
        var begin = await Usage.ReadAsync(options, cancel);
        await Task.Delay(TimeSpan.FromSeconds(options.Seconds), cancel);
        var end = await Usage.ReadAsync(options, cancel);
        Progress.Clear();
        _measurement.IsOver = true;
        Array.ForEach(all, connection => connection.Dispose());
        return IdleReport.Of(options, $"{connections} idle connections, {door} door", connections, before.Seconds(connected), before, connected, begin, end, _measurement);
    }
}
