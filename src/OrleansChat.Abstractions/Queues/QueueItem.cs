namespace OrleansChat.Queues;

/// <summary>An item.</summary>
/// <param name="Key">Its number in the conversation.</param>
/// <param name="Text">The message's text.</param>
/// <param name="Json">Whether the text was posted as a JSON value other than a string.</param>
/// <param name="Count">How often it was looked at.</param>
public sealed record QueueItem(long Key, string Text, bool Json, long Count)
{
    /// <summary>The member of a message's data that says how its text was posted.</summary>
    public const string Mark = "queue";

    /// <summary>The mark of a text that is a JSON value.</summary>
    public const string JsonMark = "json";

    /// <summary>The mark of a text that is just a text; needed where it is empty, which other messages may not be.</summary>
    public const string TextMark = "text";
}

/// <summary>Items that were handed out.</summary>
/// <param name="Items">The items, oldest first.</param>
/// <param name="More">Whether the search for items was given up for now: the same step goes on with it.</param>
/// <param name="NextReturn">When the next lease ends; null when none is held.</param>
public sealed record QueueBatch(IReadOnlyList<QueueItem> Items, bool More, TimeSpan? NextReturn);

/// <summary>How streaming consumers share.</summary>
public enum QueuePolicy
{
    /// <summary>Each item goes to one.</summary>
    RoundRobin,

    /// <summary>Each item goes to all.</summary>
    Broadcast,
}

/// <summary>What there is to say about a queue.</summary>
/// <param name="Depth">Items not consumed yet, leased ones included.</param>
/// <param name="Leased">Items that are leased or in the hands of streaming consumers.</param>
/// <param name="Consumers">Streaming consumers on all nodes.</param>
/// <param name="Consumed">Items consumed so far.</param>
/// <param name="Policy">How streaming consumers share.</param>
/// <param name="Stopped">Whether consumption is paused.</param>
/// <param name="PostedPerMinute">Items posted in the last minute.</param>
/// <param name="ConsumedPerMinute">Items consumed in the last minute, the part of it in the previous minute of the clock being estimated.</param>
public sealed record QueueStats(
    long Depth, long Leased, long Consumers, long Consumed, QueuePolicy Policy, bool Stopped, long PostedPerMinute, long ConsumedPerMinute);
