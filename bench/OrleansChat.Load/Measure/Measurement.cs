namespace OrleansChat.Load;

/// <summary>What is being measured, and what went wrong.</summary>
internal sealed class Measurement
{
    private readonly Lock _lock = new();
    private readonly List<string> _violations = [];
    private long _from = long.MaxValue;

    public LatencyHistogram Ack { get; } = new();

    public LatencyHistogram EndToEnd { get; } = new();

    /// <summary>Set when the load is being taken down: connections may end from here on.</summary>
    public bool IsOver { get; set; }

    /// <summary>The first violations; <see cref="ViolationCount"/> counts all.</summary>
    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (_lock)
            {
                return [.. _violations];
            }
        }
    }

    public long ViolationCount { get; private set; }

    /// <summary>From here on latencies count: those of messages that are sent later.</summary>
    public void Start() => Volatile.Write(ref _from, TextStamp.Now);

    public void Record(LatencyHistogram histogram, long sent)
    {
        if (sent >= Volatile.Read(ref _from))
        {
            histogram.Record(TextStamp.Now - sent);
        }
    }

    public void Violation(string what)
    {
        lock (_lock)
        {
            ViolationCount++;
            if (_violations.Count < 20)
            {
                _violations.Add(what);
            }
        }
    }
}
