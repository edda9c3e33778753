namespace OrleansChat.Queues;

/// <summary>How an item is taken.</summary>
public enum QueueTakeKind
{
    /// <summary>Looked at and left in place.</summary>
    Soft,

    /// <summary>Consumed, as soon as the answer has been written.</summary>
    Hard,

    /// <summary>Held until it is acknowledged or the lease ends, when it returns.</summary>
    Lease,
}

/// <summary>One attempt to take an item.</summary>
/// <param name="Kind">How.</param>
/// <param name="For">How long the item is held: the lease, or how long the answer may take.</param>
public sealed record QueueTake(QueueTakeKind Kind, TimeSpan For)
{
    /// <summary>Tells this attempt from every other one.</summary>
    public string Id { get; } = Ids.NewUnguessable();

    /// <summary>How long the answer to a hard take may be on its way before the item returns.</summary>
    public static TimeSpan Delivery { get; } = TimeSpan.FromSeconds(10);
}

/// <summary>A step of a streaming consumer.</summary>
/// <param name="Consumer">Its id.</param>
/// <param name="Written">Numbers of the items that were written to it since the last step.</param>
public sealed record QueueStep(string Consumer, IReadOnlyList<long> Written)
{
    /// <summary>The most items that a consumer has in its hands.</summary>
    public const int MaxItems = 8;

    /// <summary>How long a consumer counts as connected, and holds what it was given, without a further step.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromSeconds(10);
}
