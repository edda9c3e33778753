using System.Diagnostics;

namespace OrleansChat.Load;

/// <summary>Runs a load of messages: warms up, measures, stops, drains, and says what it cost.</summary>
internal sealed class MessageLoad(LoadOptions options, Measurement measurement, IReadOnlyList<LoadPeer> peers, int recipients, double rate)
{
    private readonly Sender[] _senders = [.. peers.Select(peer => peer.Sender).OfType<Sender>()];
    private readonly Receiver[] _receivers = [.. peers.Select(peer => peer.Receiver).OfType<Receiver>()];
    private long _shownAcked;

    public async Task<LoadReport> RunAsync(string name, CancellationToken cancel)
    {
        var (begin, acked, delivered) = await DriveAsync(cancel);
        await DrainAsync(cancel);
        var end = Usage.Read(options);
        measurement.IsOver = true;
        acked = Acked - acked;
        delivered = Delivered - delivered;
        var seconds = begin.Seconds(end);
        return new LoadReport
        {
            Load = name,
            Nodes = options.Urls.Length,
            Seconds = Math.Round(seconds, 3),
            Acked = acked,
            AckedPerSecond = Math.Round(acked / seconds, 1),
            Delivered = delivered,
            DeliveredPerSecond = Math.Round(delivered / seconds, 1),
            Ack = measurement.Ack.Summarise(),
            EndToEnd = measurement.EndToEnd.Summarise(),
            Server = options.ServerPids.Length == 0 ? null : Cost.Of(end.Server - begin.Server, seconds, acked, delivered),
            Redis = options.RedisPids.Length == 0 ? null : Cost.Of(end.Redis - begin.Redis, seconds, acked, delivered),
            Generator = Cost.Of(end.Generator - begin.Generator, seconds, acked, delivered),
            ServerRssBytes = end.ServerRss,
            ViolationCount = measurement.ViolationCount,
            Violations = measurement.Violations,
        };
    }

    private long Acked => _senders.Sum(sender => sender.Acked);

    private long Sent => _senders.Sum(sender => sender.Sent);

    private long Delivered => _receivers.Sum(receiver => receiver.Delivered);

    private async Task<(Usage Begin, long Acked, long Delivered)> DriveAsync(CancellationToken cancel)
    {
        using var pacer = rate > 0 ? new Pacer(_senders, rate) : null;
        pacer?.Start();
        if (pacer is null)
        {
            foreach (var sender in _senders)
            {
                sender.Start();
            }
        }

        await Task.Delay(TimeSpan.FromSeconds(options.Warmup), cancel);
        GC.Collect();
        measurement.Start();
        var (acked, delivered) = (Acked, Delivered);
        var begin = Usage.Read(options);
        await ProgressAsync(acked, delivered, cancel);
        foreach (var sender in _senders)
        {
            sender.Stop();
        }

        return (begin, acked, delivered);
    }

    private async Task ProgressAsync(long acked, long delivered, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        while (options.Seconds - Stopwatch.GetElapsedTime(start).TotalSeconds is > 0 and var left)
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(1, left)), cancel);
            Progress.Show($"{Stopwatch.GetElapsedTime(start).TotalSeconds,4:F0} s  acked {Acked - acked:N0} ({Acked - acked - Interlocked.Exchange(ref _shownAcked, Acked - acked):N0}/s)  delivered {Delivered - delivered:N0}  violations {measurement.ViolationCount}");
        }

        Progress.Clear();
    }

    private async Task DrainAsync(CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        while (Acked < Sent || Delivered < Acked * recipients)
        {
            if (Stopwatch.GetElapsedTime(start).TotalSeconds > options.Drain)
            {
                measurement.Violation($"After {options.Drain} s: {Sent - Acked} sends not acknowledged, {(Acked * recipients) - Delivered} of {Acked * recipients} deliveries missing");
                return;
            }

            await Task.Delay(2, cancel);
        }
    }
}
