namespace OrleansChat.Conversations;

/// <summary>
/// The numbered logs of all conversations. Each member is one atomic step on storage; who may do it is decided in that same step.
/// Storage that does not answer within its deadline is <see cref="ChatError.Unavailable"/>: then the step may have happened.
/// </summary>
public interface IMessageLog
{
    /// <summary>Appends a batch of sends. See invariants I1 to I4.</summary>
    Task<AppendReply> AppendAsync(AppendBatch batch);

    /// <summary>Edits, deletes, reacts or pins.</summary>
    Task<Result<Appended>> ChangeAsync(ConversationId conversation, ChangeRequest change, KnownPosition? known);

    /// <summary>
    /// Entries after a number, for a node that repairs its feed (<paramref name="reader"/> null) or for a member that catches up.
    /// A log that is behind <paramref name="known"/>, or holds another entry there, was rolled back and gets a new epoch.
    /// </summary>
    Task<Result<LogRange>> ReadAsync(ConversationId conversation, Actor? reader, long after, int limit, KnownEntry? known);

    /// <summary>A page of history.</summary>
    Task<Result<HistoryPage>> HistoryAsync(ConversationId conversation, HistoryRequest request);

    /// <summary>The conversation as <paramref name="reader"/> sees it; for a direct conversation without messages an empty one.</summary>
    Task<Result<Summary>> SummaryAsync(ConversationId conversation, Actor reader);

    /// <summary>
    /// Conversations as <paramref name="reader"/> sees them, each as <see cref="SummaryAsync"/> answers it, in the order asked for. Membership is
    /// decided in the step that reads; how many steps there are, and that none of them holds others up, is the storage's business.
    /// </summary>
    Task<IReadOnlyList<Result<Summary>>> SummariesAsync(IReadOnlyList<ConversationId> conversations, Actor reader);

    /// <summary>Where logs end, for a node that begins to follow them, in the order asked for; the epoch is empty where there is no log.</summary>
    Task<Result<IReadOnlyList<KnownPosition>>> EndsAsync(IReadOnlyList<ConversationId> conversations);

    /// <summary>Moves the reader's watermark up, never down. The answer holds both watermarks; they may be unchanged.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="reader">Whose watermark.</param>
    /// <param name="seq">Up to which number; more than the last is taken as the last.</param>
    /// <param name="read">True for read, false for delivered.</param>
    /// <param name="announce">When to tell the conversation's members.</param>
    Task<Result<Watermark>> MarkAsync(ConversationId conversation, Actor reader, long seq, bool read, ReceiptAnnouncement announce);

    /// <summary>Watermarks of the members, by name.</summary>
    Task<Result<Page<Watermark>>> ReceiptsAsync(ConversationId conversation, Actor reader, string? after, int limit);

    /// <summary>Tells the members that somebody is writing.</summary>
    Task<Result<Done>> TypingAsync(ConversationId conversation, Actor writer);

    /// <summary>Sets or lifts the block of <paramref name="blocked"/> in a direct conversation, which need not exist yet.</summary>
    Task<Result<Done>> SetBlockAsync(ConversationId direct, string blocked, bool on);

    /// <summary>Takes a guest's ended incarnation out of a direct conversation.</summary>
    Task<Result<Done>> ForgetGuestAsync(ConversationId direct, string guest, string incarnation);
}

/// <summary>An entry that this node has delivered, by which a rolled back log is recognised.</summary>
/// <param name="Epoch">The epoch it stood in.</param>
/// <param name="Seq">Its number.</param>
/// <param name="At">Its time; 0 when not known.</param>
public readonly record struct KnownEntry(string Epoch, long Seq, long At);

/// <summary>When a moved watermark is announced.</summary>
public enum ReceiptAnnouncement
{
    /// <summary>Not now: a later mark will.</summary>
    Never,

    /// <summary>If it moved.</summary>
    IfChanged,

    /// <summary>Also if it did not move, because an earlier mark was not announced.</summary>
    Always,
}
