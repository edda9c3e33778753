namespace OrleansChat.Redis;

/// <summary>How a <see cref="RedisServerProcess"/> runs.</summary>
public sealed record RedisServerOptions
{
    /// <summary>The port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>What clients must sign in with; null asks for nothing.</summary>
    public string? Password { get; init; }

    /// <summary>Whether data outlives the process (append-only file, flushed to disk every second).</summary>
    public bool AppendOnly { get; init; } = true;

    /// <summary>Further lines of <c>redis.conf</c>, such as <c>maxmemory 20mb</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>How long a start may take; reading a large append-only file back does not count.</summary>
    public TimeSpan StartDeadline { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long an orderly stop may take before the process is killed.</summary>
    public TimeSpan StopDeadline { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Called with the process id as soon as the process exists, at every start.</summary>
    public Action<int>? Started { get; init; }
}
