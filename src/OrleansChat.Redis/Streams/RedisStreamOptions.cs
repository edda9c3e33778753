namespace OrleansChat.Redis.Streams;

/// <summary>Durations and bounds of the stream provider.</summary>
internal sealed class RedisStreamOptions
{
    /// <summary>How long a node goes on following a stream that nobody on it listens to, so that people who reconnect cost nothing.</summary>
    public TimeSpan Linger { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the node announces something to itself; three that are not heard mean that its subscription is dead.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the node checks that it is still noted everywhere: a failover may lose what it wrote last.</summary>
    public TimeSpan Refresh { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The first wait after a failed attempt to subscribe; it doubles up to <see cref="RetryAtMost"/>.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan RetryAtMost { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Most announcements that wait to be handed over. Beyond it all that wait are dropped and everybody is told.</summary>
    public int QueueLength { get; set; } = 32_768;

    /// <summary>Most bytes that wait to be handed over.</summary>
    public long QueueBytes { get; set; } = 64L << 20;

    /// <summary>Most items that one observer may have begun and not finished. Beyond it items are dropped for this observer.</summary>
    public int Unfinished { get; set; } = 1_024;
}
