using System.Collections.Concurrent;
using System.Globalization;
using OrleansChat.Client;

namespace OrleansChat.Chaos.Overload;

/// <summary>What became of many sends.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, int> _answers = new();
    private readonly ConcurrentQueue<double> _latencies = new();

    /// <summary>The client ids that were acknowledged.</summary>
    public ConcurrentBag<string> Acked { get; } = [];

    /// <summary>Refusals that do not say that the same may succeed later.</summary>
    public ConcurrentBag<string> Final { get; } = [];

    /// <summary>How many were refused for now.</summary>
    public int Refused => Total - Count("ok") - Final.Count;

    public int Count(string answer) => _answers.GetValueOrDefault(answer);

    public int Total => _answers.Values.Sum();

    /// <summary>How long the acknowledged of the given part took at most, in milliseconds.</summary>
    public double Latency(double part)
    {
        double[] sorted = [.. _latencies.Order()];
        return sorted.Length == 0 ? 0 : sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * part)];
    }

    /// <summary>Sends and counts the answer.</summary>
    public async Task SendAsync(NativeConnection from, string conversation, string clientId, string padding = "")
    {
        long started = TimeProvider.System.GetTimestamp();
        NativeReply reply = await from.AskAsync("send", writer =>
        {
            writer.WriteString("conversation", conversation);
            writer.WriteString("clientId", clientId);
            writer.WriteString("text", clientId + padding);
        });
        _answers.AddOrUpdate(reply.Error?.Name ?? "ok", 1, (_, count) => count + 1);
        if (reply.Error is { Retry: false } error)
        {
            Final.Add($"{clientId}: {error.Name}");
        }

        if (reply.IsOk)
        {
            Acked.Add(clientId);
            _latencies.Enqueue(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join(", ", _answers.OrderByDescending(one => one.Value).Select(one => $"{one.Key} {one.Value}"))}; acknowledged within {Latency(0.5):0} ms (half), {Latency(0.99):0} ms (99 of 100)");
}
