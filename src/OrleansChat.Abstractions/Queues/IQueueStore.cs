namespace OrleansChat.Queues;

/// <summary>
/// What is consumed of groups that are used as queues. The items are the log's text messages; consuming one leaves the log as it is.
/// Each member is one atomic step that also checks membership.
/// </summary>
public interface IQueueStore
{
    /// <summary>Looks at the oldest item, takes it, or leases it. No item when the queue is empty or stopped.</summary>
    Task<Result<QueueBatch>> TakeAsync(ConversationId queue, Actor actor, QueueTake take);

    /// <summary>Consumes an item that the actor leased. <see cref="ChatError.NoSuchMessage"/> when there is no such lease (any more).</summary>
    Task<Result<Done>> AcknowledgeAsync(ConversationId queue, Actor actor, long key);

    /// <summary>Consumes an item that was taken, now that its answer has been written.</summary>
    Task<Result<Done>> ConfirmAsync(ConversationId queue, Actor actor, QueueTake take, long key);

    /// <summary>Gives an item back that was taken or leased, but whose answer could not be written.</summary>
    Task<Result<Done>> ReturnAsync(ConversationId queue, Actor actor, QueueTake take, long key);

    /// <summary>Consumes everything, leased items too.</summary>
    Task<Result<Done>> ClearAsync(ConversationId queue, Actor actor);

    /// <summary>Sets how streaming consumers share; for owner and admins.</summary>
    Task<Result<Done>> SetPolicyAsync(ConversationId queue, Actor actor, QueuePolicy policy);

    /// <summary>Pauses or resumes consumption on all nodes; for owner and admins.</summary>
    Task<Result<Done>> SetStoppedAsync(ConversationId queue, Actor actor, bool stopped);

    /// <summary>Depth, consumers and, where asked for, rates.</summary>
    Task<Result<QueueStats>> StatsAsync(ConversationId queue, Actor actor, bool rates);

    /// <summary>Notes what was written to a streaming consumer and hands out what comes next; keeps it connected for <see cref="QueueStep.Lifetime"/>.</summary>
    Task<Result<QueueBatch>> StepAsync(ConversationId queue, Actor actor, QueueStep step);

    /// <summary>Ends a streaming consumer. Items that it was given and that were not written go to others.</summary>
    Task<Result<Done>> LeaveAsync(ConversationId queue, Actor actor, QueueStep step);
}
