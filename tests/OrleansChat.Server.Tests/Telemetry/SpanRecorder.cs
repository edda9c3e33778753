using System.Collections.Concurrent;
using System.Diagnostics;
using OrleansChat.Telemetry;

namespace OrleansChat.Server.Tests.Telemetry;

/// <summary>Listens for traces of this process and keeps what ended.</summary>
internal sealed class SpanRecorder : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public SpanRecorder()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == ChatTraces.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>What ended until now, by trace.</summary>
    public ILookup<ActivityTraceId, Activity> Traces => _ended.ToLookup(span => span.TraceId);

    public void Dispose() => _listener.Dispose();
}
