using Orleans;
using Orleans.Concurrency;

namespace OrleansChat.Conversations;

/// <summary>A conversation. The key is its id. The grain gathers sends into batches; what is true stands in the log.</summary>
[Alias("chat.IConversationGrain")]
public interface IConversationGrain : IGrainWithStringKey
{
    /// <summary>Appends a message. Sends of one caller are numbered in the order of the calls.</summary>
    [AlwaysInterleave]
    [Alias("Send")]
    Task<SendReply> Send(SendRequest request);

    /// <summary>Appends messages in their order, as so many calls of <see cref="Send"/> would, and returns what became of each.</summary>
    [AlwaysInterleave]
    [Alias("SendAll")]
    Task<IReadOnlyList<SendReply>> SendAll(IReadOnlyList<SendRequest> requests);

    /// <summary>Edits, deletes, reacts or pins.</summary>
    [Alias("Change")]
    Task<Result<Appended>> Change(ChangeRequest request);

    /// <summary>A page of history.</summary>
    [AlwaysInterleave]
    [Alias("History")]
    Task<Result<HistoryPage>> History(HistoryRequest request);

    /// <summary>Moves the caller's read watermark (or delivered watermark) up.</summary>
    [Alias("Mark")]
    Task<Result<Watermark>> Mark(Actor actor, long seq, bool read);

    /// <summary>Tells the other members that the caller is writing.</summary>
    [AlwaysInterleave]
    [Alias("Typing")]
    Task<Result<Done>> Typing(Actor actor);
}
