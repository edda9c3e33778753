namespace OrleansChat.Queues;

/// <summary>
/// What is consumed of conversations that are used as queues. The items are the log's text messages; consuming one leaves the log as it is.
/// Each member is one atomic step that also checks membership.
/// </summary>
public interface IQueueStore
{
    /// <summary>Looks at the oldest item, consumes it, or leases it. No item when the queue is empty or stopped.</summary>
    Task<Result<QueueBatch>> TakeAsync(ConversationId queue, Actor actor, QueueTake take, TimeSpan lease);

    /// <summary>Consumes an item that the actor leased. <see cref="ChatError.NoSuchMessage"/> when the lease has ended.</summary>
    Task<Result<Done>> AcknowledgeAsync(ConversationId queue, Actor actor, long key);

    /// <summary>Makes an item that was taken, but whose answer did not arrive, the queue's oldest again.</summary>
    Task<Result<Done>> ReturnAsync(ConversationId queue, Actor actor, long key);

    /// <summary>Consumes everything.</summary>
    Task<Result<Done>> ClearAsync(ConversationId queue, Actor actor);

    /// <summary>Sets how streaming consumers share; for owner and admins.</summary>
    Task<Result<Done>> SetPolicyAsync(ConversationId queue, Actor actor, QueuePolicy policy);

    /// <summary>Pauses or resumes consumption on all nodes; for owner and admins.</summary>
    Task<Result<Done>> SetStoppedAsync(ConversationId queue, Actor actor, bool stopped);

    /// <summary>Depth, consumers, rates.</summary>
    Task<Result<QueueStats>> StatsAsync(ConversationId queue, Actor actor);

    /// <summary>Notes what was written to a streaming consumer and hands out what comes next; keeps it connected for <see cref="QueueStep.Lifetime"/>.</summary>
    Task<Result<QueueBatch>> StepAsync(ConversationId queue, Actor actor, QueueStep step);

    /// <summary>Ends a streaming consumer. Items that it was given and that were not written go to others.</summary>
    Task<Result<Done>> LeaveAsync(ConversationId queue, Actor actor, QueueStep step, IReadOnlyList<long> unwritten);
}

/// <summary>How an item is taken.</summary>
public enum QueueTake
{
    /// <summary>Looked at and left in place.</summary>
    Soft,

    /// <summary>Consumed.</summary>
    Hard,

    /// <summary>Held until it is acknowledged or the lease ends, when it returns.</summary>
    Lease,
}

/// <summary>How streaming consumers share.</summary>
public enum QueuePolicy
{
    /// <summary>Each item goes to one.</summary>
    RoundRobin,

    /// <summary>Each item goes to all.</summary>
    Broadcast,
}

/// <summary>An item.</summary>
/// <param name="Key">Its number in the conversation.</param>
/// <param name="Value">The message's text.</param>
/// <param name="Count">How often it was looked at.</param>
public sealed record QueueItem(long Key, string Value, long Count);

/// <summary>Items that were handed out.</summary>
/// <param name="Items">The items, oldest first.</param>
/// <param name="OthersTurn">There is an item, but another consumer waits for it that was served less recently.</param>
/// <param name="NextReturn">When the next lease ends; null when none is held.</param>
public sealed record QueueBatch(IReadOnlyList<QueueItem> Items, bool OthersTurn, TimeSpan? NextReturn);

/// <summary>A step of a streaming consumer.</summary>
/// <param name="Consumer">Its id.</param>
/// <param name="Written">Numbers of the items that were written to it since the last step.</param>
/// <param name="MaxItems">The most items that it takes.</param>
/// <param name="Force">Whether it takes an item also when it is another's turn.</param>
public sealed record QueueStep(string Consumer, IReadOnlyList<long> Written, int MaxItems, bool Force = false)
{
    /// <summary>How long a consumer counts as connected, and holds what it was given, without a further step.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromSeconds(10);
}

/// <summary>What there is to say about a queue.</summary>
/// <param name="Depth">Items not consumed yet, leased ones included.</param>
/// <param name="Leased">Items that are leased.</param>
/// <param name="Consumers">Streaming consumers on all nodes.</param>
/// <param name="Consumed">Items consumed so far.</param>
/// <param name="Policy">How streaming consumers share.</param>
/// <param name="Stopped">Whether consumption is paused.</param>
/// <param name="PostedPerMinute">Items posted in the last minute; 1,000 at most are counted.</param>
/// <param name="ConsumedPerMinute">Items consumed in the last minute.</param>
public sealed record QueueStats(
    long Depth, long Leased, long Consumers, long Consumed, QueuePolicy Policy, bool Stopped, long PostedPerMinute, long ConsumedPerMinute);
