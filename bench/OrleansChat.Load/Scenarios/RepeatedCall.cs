using System.Diagnostics;

namespace OrleansChat.Load;

/// <summary>Several callers repeat a call, each waiting for its answer before the next.</summary>
internal sealed class RepeatedCall(LoadOptions options, Measurement measurement, string unit)
{
    private long _done;

    public async Task<LoadReport> RunAsync(string name, IReadOnlyList<Func<CancellationToken, Task>> callers, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var running = callers.Select(call => RepeatAsync(call, stop)).ToArray();
        await Task.Delay(TimeSpan.FromSeconds(options.Warmup), cancel);
        GC.Collect();
        var begin = await Usage.ReadAsync(options, cancel);
        measurement.Start();
        var done = Volatile.Read(ref _done);
        for (var start = Stopwatch.GetTimestamp(); options.Seconds - Stopwatch.GetElapsedTime(start).TotalSeconds is > 0 and var left && !stop.IsCancellationRequested;)
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(1, left)), cancel);
            Progress.Show($"{Volatile.Read(ref _done) - done:N0} {unit}s  violations {measurement.ViolationCount}");
        }

        Progress.Clear();
        done = Volatile.Read(ref _done) - done;
        var end = await Usage.ReadAsync(options, cancel);
        await stop.CancelAsync();
        await Task.WhenAll(running);
        return LoadReport.Of(options, name, begin, end, done, 0) with
        {
            Unit = unit,
            Ack = measurement.Ack.Summarise(),
            ViolationCount = measurement.ViolationCount,
            Violations = measurement.Violations,
        };
    }

    private async Task RepeatAsync(Func<CancellationToken, Task> call, CancellationTokenSource stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var began = TextStamp.Now;
                await call(CancellationToken.None);
                measurement.Record(measurement.Ack, began);
                Interlocked.Increment(ref _done);
            }
        }
        catch (Exception failed) when (failed is LoadException or TimeoutException or System.Net.Sockets.SocketException)
        {
            // Nothing more is learned from going on without this one.
            measurement.Violation($"A {unit} failed: {failed.Message}");
            await stop.CancelAsync();
        }
    }
}
