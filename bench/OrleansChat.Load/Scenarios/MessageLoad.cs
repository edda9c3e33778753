using System.Diagnostics;

namespace OrleansChat.Load;

/// <summary>Runs a load of messages: warms up, measures, stops, drains, and says what it cost.</summary>
/// <param name="options">How long, and what to account for.</param>
/// <param name="crowds">Who sends and receives; the first one's latencies are the report's, the others' stand beside them.</param>
/// <param name="rates">Messages a second for each crowd; 0: as fast as its windows allow.</param>
internal sealed class MessageLoad(LoadOptions options, IReadOnlyList<Crowd> crowds, IReadOnlyList<double> rates)
{
    private long _shownAcked;

    private long Acked => crowds.Sum(crowd => crowd.Acked);

    private long Delivered => crowds.Sum(crowd => crowd.Delivered);

    private long ViolationCount => crowds.Sum(crowd => crowd.Measurement.ViolationCount);

    public async Task<LoadReport> RunAsync(string name, CancellationToken cancel)
    {
        var (begin, acked, delivered) = await DriveAsync(cancel);
        await DrainAsync(cancel);
        var end = await Usage.ReadAsync(options, cancel);
        foreach (var crowd in crowds)
        {
            crowd.Measurement.IsOver = true;
        }

        return LoadReport.Of(options, name, begin, end, Acked - acked, Delivered - delivered) with
        {
            Ack = crowds[0].Measurement.Ack.Summarise(),
            EndToEnd = crowds[0].Measurement.EndToEnd.Summarise(),
            Others = crowds.Count == 1 ? null : crowds.Skip(1).ToDictionary(crowd => crowd.Name, crowd => crowd.Measurement.EndToEnd.Summarise()),
            ViolationCount = ViolationCount,
            Violations = [.. crowds.SelectMany(crowd => crowd.Measurement.Violations)],
        };
    }

    private async Task<(Usage Begin, long Acked, long Delivered)> DriveAsync(CancellationToken cancel)
    {
        var pacers = crowds.Zip(rates).Where(part => part.Second > 0).Select(part => new Pacer(part.First.Senders, part.Second)).ToArray();
        Array.ForEach(pacers, pacer => pacer.Start());
        foreach (var sender in crowds.Zip(rates).Where(part => part.Second <= 0).SelectMany(part => part.First.Senders))
        {
            sender.Start();
        }

        try
        {
            await Task.Delay(TimeSpan.FromSeconds(options.Warmup), cancel);
            GC.Collect();
            var begin = await Usage.ReadAsync(options, cancel);
            foreach (var crowd in crowds)
            {
                crowd.Measurement.Start();
            }

            var (acked, delivered) = (Acked, Delivered);
            if (options.Begun is { } begun)
            {
                await File.WriteAllTextAsync(begun.FullName, "", cancel);
            }

            await ProgressAsync(acked, delivered, cancel);
            foreach (var sender in crowds.SelectMany(crowd => crowd.Senders))
            {
                sender.Stop();
            }

            return (begin, acked, delivered);
        }
        finally
        {
            Array.ForEach(pacers, pacer => pacer.Dispose());
        }
    }

    private async Task ProgressAsync(long acked, long delivered, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        while (options.Seconds - Stopwatch.GetElapsedTime(start).TotalSeconds is > 0 and var left)
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(1, left)), cancel);
            Progress.Show($"{Stopwatch.GetElapsedTime(start).TotalSeconds,4:F0} s  acked {Acked - acked:N0} ({Acked - acked - Interlocked.Exchange(ref _shownAcked, Acked - acked):N0}/s)  delivered {Delivered - delivered:N0}  violations {ViolationCount}");
        }

        Progress.Clear();
    }

    private async Task DrainAsync(CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        while (crowds.Any(crowd => crowd.Acked < crowd.Sent || crowd.Delivered < crowd.Due))
        {
            if (Stopwatch.GetElapsedTime(start).TotalSeconds > options.Drain)
            {
                foreach (var crowd in crowds)
                {
                    crowd.Measurement.Violation($"After {options.Drain} s: {crowd.Sent - crowd.Acked} sends not acknowledged, {crowd.Due - crowd.Delivered} of {crowd.Due} deliveries missing");
                }

                return;
            }

            await Task.Delay(2, cancel);
        }
    }
}
