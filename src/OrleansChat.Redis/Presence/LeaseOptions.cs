using OrleansChat.Presence;

namespace OrleansChat.Redis.Presence;

/// <summary>How long nodes' leases last. The default is the contract; tests shorten it.</summary>
internal sealed class LeaseOptions
{
    /// <summary>How long a lease lasts without renewal.</summary>
    public TimeSpan Duration { get; set; } = INodeLeases.Duration;

    internal long DurationMilliseconds => (long)Duration.TotalMilliseconds;
}
