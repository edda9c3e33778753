namespace OrleansChat.Feeds;

/// <summary>Entries of one conversation that a feed has not got yet.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="Mark">The mark that was read from.</param>
/// <param name="Next">The mark after the whole stretch; equal to <paramref name="Mark"/> when there is nothing.</param>
/// <param name="Epoch">The log's epoch.</param>
/// <param name="Entries">What belongs into the feed, ascending by number and by time; what does not, such as edits, is passed over.</param>
/// <param name="To">The time of the stretch's last entry; everything after it is later or as late.</param>
/// <param name="More">Whether the log goes on after the stretch.</param>
public sealed record FeedStretch(
    string Conversation, string Mark, string Next, string Epoch, IReadOnlyList<FeedReference> Entries, long To, bool More)
{
    /// <summary>The mark after one of the entries.</summary>
    public string MarkAfter(FeedReference entry) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{entry.Seq}:{entry.At}:{Epoch}");
}

/// <summary>An entry of a log.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="Seq">Its number.</param>
/// <param name="At">Its time, Unix milliseconds; tells it from another entry of the same number in another life of the log.</param>
public readonly record struct FeedReference(string Conversation, long Seq, long At);

/// <summary>How far a conversation is brought into a feed.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="From">The mark that was read from.</param>
/// <param name="To">The mark to set.</param>
public sealed record FeedAdvance(string Conversation, string From, string To);

/// <summary>Something that happened between two people and stands in no log.</summary>
/// <param name="Name"><c>link</c> or <c>unlink</c>.</param>
/// <param name="User">Who did it.</param>
/// <param name="To">To whom.</param>
public sealed record FeedAction(string Name, string User, string To);

/// <summary>An entry of a feed: a reference or an action.</summary>
/// <param name="Id">Its place.</param>
/// <param name="Reference">What it refers to; null for an action.</param>
/// <param name="Action">The action; null for a reference.</param>
public sealed record FeedEntry(FeedId Id, FeedReference? Reference, FeedAction? Action);
