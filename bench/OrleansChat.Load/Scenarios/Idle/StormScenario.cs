using System.Diagnostics;
using OrleansChat.Client;

namespace OrleansChat.Load;

/// <summary>Everybody comes at once, as after a restart: how fast they are let in by token and told where they stand, and what each costs while at rest.</summary>
internal sealed class StormScenario(LoadOptions options, int connections, int atOnce, IPeerDialect? dialect)
{
    /// <summary>A guest's name is held for 30 s: no more are made before they come in.</summary>
    private const int Wave = 2000;

    private readonly Measurement _measurement = new();
    private readonly int _first = Math.Max(connections / 10, 50);
    private int _done;

    public async Task<LoadReport> RunAsync(CancellationToken cancel)
    {
        using var guests = new Guests(options);
        var context = new IdleDoorContext(options, guests, new IdleAddresses("", ""), _measurement);
        var all = new IDisposable[_first + connections];
        try
        {
            await ComeAsync(context, all, 0, _first, record: false, cancel);
            await Task.Delay(TimeSpan.FromSeconds(options.Warmup), cancel);
            var before = await Usage.ReadAsync(options, cancel);
            var connected = before;
            double seconds = 0, server = 0, redis = 0, generator = 0;
            for (var at = _first; at < all.Length; at += Wave)
            {
                var (start, stop) = await ComeAsync(context, all, at, Math.Min(all.Length - at, Wave), record: true, cancel);
                seconds += start.Seconds(stop);
                (server, redis, generator) = (server + stop.Server - start.Server, redis + stop.Redis - start.Redis, generator + stop.Generator - start.Generator);
                connected = before with { Server = before.Server + server, Redis = before.Redis + redis, Generator = before.Generator + generator };
            }

            await Task.Delay(TimeSpan.FromSeconds(options.Warmup), cancel);
            var begin = await Usage.ReadAsync(options, cancel);
            await Task.Delay(TimeSpan.FromSeconds(options.Seconds), cancel);
            var end = await Usage.ReadAsync(options, cancel);
            Progress.Clear();
            return IdleReport.Of(options, $"{connections} come, {atOnce} at once", connections, seconds, before, connected, begin, end, _measurement) with
            {
                Unit = "sign-in",
                Acked = connections,
                AckedPerSecond = Math.Round(connections / seconds, 1),
                Ack = _measurement.Ack.Summarise(),
            };
        }
        finally
        {
            _measurement.IsOver = true;
            foreach (var connection in all.OfType<IDisposable>())
            {
                connection.Dispose();
            }
        }
    }

    private async Task<(Usage Start, Usage Stop)> ComeAsync(IdleDoorContext context, IDisposable[] all, int from, int count, bool record, CancellationToken cancel)
    {
        var tokens = new ChatToken[count];
        if (dialect is null)
        {
            await Guests.ForEachAsync(count, async (index, stop) => tokens[index] = await context.Guests.CreateAsync(from + index, stop), cancel);
        }

        var start = await Usage.ReadAsync(options, cancel);
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancel }, async (index, stop) =>
        {
            var began = Stopwatch.GetTimestamp();
            all[from + index] = dialect is null
                ? await IdleDoors.SignInAsync(context, from + index, tokens[index], stop)
                : await IdleDoors.PeerAsync(dialect, context, from + index, stop);
            if (record)
            {
                _measurement.Ack.Record((long)Stopwatch.GetElapsedTime(began).TotalNanoseconds);
            }

            if (Interlocked.Increment(ref _done) is var done && done % 100 == 0)
            {
                Progress.Show($"{done:N0} connected");
            }
        });
        return (start, await Usage.ReadAsync(options, cancel));
    }
}
