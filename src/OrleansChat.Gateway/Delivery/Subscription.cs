using OrleansChat.Gateway.Sessions;

namespace OrleansChat.Gateway.Delivery;

/// <summary>How a session hears a conversation.</summary>
internal enum SubscriptionState
{
    /// <summary>Hears nothing until the answer to <c>sync</c> has gone out.</summary>
    Held,

    /// <summary>Not a member yet: hears nothing, but an entry that may change this wakes it.</summary>
    Waiting,

    /// <summary>Reads what it missed from the log; what is announced meanwhile will be read too.</summary>
    Behind,

    /// <summary>Hears every entry as it comes.</summary>
    Live,

    /// <summary>Over.</summary>
    Ended,
}

/// <summary>One session's place in one conversation. State and cursor change only under the feed's lock.</summary>
internal sealed class Subscription(ChatSession session, ConversationFeed feed)
{
    public ChatSession Session { get; } = session;

    public ConversationFeed Feed { get; } = feed;

    public SubscriptionState State { get; set; }

    /// <summary>The epoch that the cursor counts in.</summary>
    public string Epoch { get; set; } = string.Empty;

    /// <summary>The number of the last entry that was put into the session's queue.</summary>
    public long Cursor { get; set; }
}
