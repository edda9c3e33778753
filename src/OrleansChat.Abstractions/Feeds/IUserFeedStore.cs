namespace OrleansChat.Feeds;

/// <summary>
/// What is kept of users' feeds: for each user the order of what they were to hear, as references into the logs, and how far each conversation
/// has been brought into it. A feed grows when it is read, never when something is sent. Each guest's incarnation has a feed of its own.
/// </summary>
/// <exception cref="StorageUnavailableException">Every member: storage did not answer; nothing is lost or doubled by trying again.</exception>
public interface IUserFeedStore
{
    /// <summary>How far conversations have been brought in, by conversation; an empty mark where nothing has.</summary>
    /// <param name="reader">Whose feed.</param>
    /// <param name="conversations">Which ones; null for all in the user's list.</param>
    Task<IReadOnlyDictionary<string, string>> MarksAsync(Actor reader, IReadOnlyCollection<string>? conversations);

    /// <summary>
    /// What a conversation has for the reader after a mark: messages, and people coming and going. Never what came before they were inside;
    /// nothing when they are not. Membership is looked at in the same step.
    /// </summary>
    Task<FeedStretch> LookAsync(ConversationId conversation, Actor reader, string mark, int limit);

    /// <summary>
    /// Appends references in this order and moves the marks, in one step. A conversation whose mark is not what it was read from has been brought
    /// in by somebody else: it is left out. The answer is whether none was.
    /// </summary>
    Task<bool> AppendAsync(Actor reader, IReadOnlyList<FeedAdvance> advances, IReadOnlyList<FeedReference> references);

    /// <summary>Appends something that no conversation holds.</summary>
    Task NoteAsync(Actor reader, FeedAction action);

    /// <summary>Entries after a place, oldest first.</summary>
    Task<IReadOnlyList<FeedEntry>> ReadAsync(Actor reader, FeedId after, int count);

    /// <summary>Entries from a place backwards, newest first, that place included.</summary>
    Task<IReadOnlyList<FeedEntry>> ReadBackAsync(Actor reader, FeedId from, int count);

    /// <summary>
    /// Messages by their numbers, with edits applied and tombstones where the content was deleted; those that do not exist, or that the
    /// reader may not read now, are left out.
    /// </summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="reader">Who reads; null for a back end that may read everything.</param>
    /// <param name="numbers">The numbers, at most 1,000.</param>
    Task<IReadOnlyDictionary<long, ReadOnlyMemory<byte>>> MessagesAsync(ConversationId conversation, Actor? reader, IReadOnlyList<long> numbers);
}
