using System.Diagnostics.Metrics;

namespace OrleansChat.Redis.Streams;

/// <summary>What the stream provider saw, for its log, its tests and the meter <c>OrleansChat.Streams</c>.</summary>
internal sealed class StreamCounters : IDisposable
{
    private readonly Meter _meter = new("OrleansChat.Streams");
    private long _delivered;
    private long _malformed;
    private long _dropped;
    private long _interruptions;

    public StreamCounters()
    {
        _meter.CreateObservableCounter("chat.streams.delivered", () => Delivered, "{item}", "Items handed to local observers");
        _meter.CreateObservableCounter("chat.streams.malformed", () => Malformed, "{item}", "Announcements that could not be read");
        _meter.CreateObservableCounter("chat.streams.dropped", () => Dropped, "{item}", "Announcements dropped because observers were too slow");
        _meter.CreateObservableCounter("chat.streams.interruptions", () => Interruptions, "{interruption}", "Times that all local observers were told to catch up");
    }

    public long Delivered => Interlocked.Read(ref _delivered);

    public long Malformed => Interlocked.Read(ref _malformed);

    public long Dropped => Interlocked.Read(ref _dropped);

    public long Interruptions => Interlocked.Read(ref _interruptions);

    public void CountDelivered() => Interlocked.Increment(ref _delivered);

    public void CountMalformed() => Interlocked.Increment(ref _malformed);

    public void CountDropped(long items = 1) => Interlocked.Add(ref _dropped, items);

    public void CountInterruption() => Interlocked.Increment(ref _interruptions);

    public void Dispose() => _meter.Dispose();
}
