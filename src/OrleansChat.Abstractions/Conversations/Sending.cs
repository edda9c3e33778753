using Orleans;

namespace OrleansChat.Conversations;

/// <summary>One message to append. The gateway has checked and encoded the content; who sends is the session's word.</summary>
/// <param name="Actor">The sender.</param>
/// <param name="ClientId">The sender's own id of this message: the same id again is the same message.</param>
/// <param name="ContentHash">Tells whether a repeat of the client id carries the same content.</param>
/// <param name="Tail">The end of the message's JSON, from <c>"kind"</c> to the closing brace, UTF-8.</param>
/// <param name="After">On a resend, the last number that the client knew when it first sent; null on a first send.</param>
/// <param name="Trace">The trace that it is part of, as W3C's <c>traceparent</c>; null unless it is traced.</param>
[GenerateSerializer, Immutable, Alias("chat.SendRequest")]
public sealed record SendRequest(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] string ClientId,
    [property: Id(2)] ulong ContentHash,
    [property: Id(3)] ReadOnlyMemory<byte> Tail,
    [property: Id(4)] long? After = null,
    [property: Id(5)] string? Trace = null);

/// <summary>What became of a send.</summary>
/// <param name="Error">The refusal; null when the message is in the log.</param>
/// <param name="Epoch">The log's epoch.</param>
/// <param name="Seq">The message's number.</param>
/// <param name="At">When it was appended, Unix milliseconds by the storage's clock, never less than the entry before.</param>
/// <param name="Duplicate">The message was in the log already and nothing was added.</param>
[GenerateSerializer, Immutable, Alias("chat.SendReply")]
public sealed record SendReply(
    [property: Id(0)] ChatError? Error,
    [property: Id(1)] string Epoch,
    [property: Id(2)] long Seq,
    [property: Id(3)] long At,
    [property: Id(4)] bool Duplicate)
{
    /// <summary>A refusal.</summary>
    public static SendReply Refused(ChatError error) => new(error, string.Empty, 0, 0, false);
}

/// <summary>1 to 64 sends of one conversation, appended in this order in one atomic step.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="Sends">The sends.</param>
/// <param name="Known">The highest position that this node has seen, null when none: a log behind it was rolled back.</param>
/// <param name="Create">For a direct conversation that does not exist yet: the two people to create it with.</param>
public sealed record AppendBatch(
    ConversationId Conversation, IReadOnlyList<SendRequest> Sends, KnownPosition? Known, IReadOnlyList<NewMember>? Create = null)
{
    /// <summary>The most sends that go into one batch.</summary>
    public const int MaxSends = 64;
}

/// <summary>A position that was seen by this node.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Seq">The number.</param>
public readonly record struct KnownPosition(string Epoch, long Seq);

/// <summary>Somebody to put into a conversation.</summary>
/// <param name="User">The name.</param>
/// <param name="Incarnation">The guest's incarnation; empty for a registered user.</param>
[GenerateSerializer, Immutable, Alias("chat.NewMember")]
public sealed record NewMember([property: Id(0)] string User, [property: Id(1)] string Incarnation);

/// <summary>The answer to a batch.</summary>
/// <param name="Outcome">Whether the batch was dealt with.</param>
/// <param name="Replies">One reply for each send, in order; empty unless dealt with.</param>
/// <param name="Epoch">The log's epoch now.</param>
/// <param name="Last">The log's last number now.</param>
public sealed record AppendReply(AppendOutcome Outcome, IReadOnlyList<SendReply> Replies, string Epoch, long Last);

/// <summary>Whether a batch was dealt with.</summary>
public enum AppendOutcome
{
    /// <summary>Every send has its reply.</summary>
    Done,

    /// <summary>The direct conversation, or one of its two members, has to be created first; nothing was done.</summary>
    MustCreate,
}
