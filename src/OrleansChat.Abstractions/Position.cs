using Orleans;

namespace OrleansChat;

/// <summary>
/// A place in a conversation's log. The epoch names one life of the log: it changes when a log was rolled back,
/// so that a number from before is never taken for a number from after.
/// </summary>
/// <param name="Conversation">The conversation's id.</param>
/// <param name="Epoch">Opaque; compared for equality only.</param>
/// <param name="Seq">The entry's number, counted from 1 without holes; 0 stands before the first.</param>
[GenerateSerializer, Immutable, Alias("chat.Position")]
public sealed record Position([property: Id(0)] string Conversation, [property: Id(1)] string Epoch, [property: Id(2)] long Seq);
