namespace OrleansChat;

/// <summary>Every bound of the system in one place. Sizes in bytes of UTF-8 unless said otherwise.</summary>
public sealed record ChatLimits
{
    /// <summary>The longest text of a message.</summary>
    public int Text { get; init; } = 8192;

    /// <summary>The longest display name, status, title or avatar reference.</summary>
    public int ProfileText { get; init; } = 256;

    /// <summary>The largest <c>attachments</c> or <c>data</c> of a message.</summary>
    public int Attachments { get; init; } = 4096;

    /// <summary>The largest frame, line or request body that a client may send.</summary>
    public int Frame { get; init; } = 65536;

    /// <summary>Connections of one user at a time, over all nodes.</summary>
    public int SessionsPerUser { get; init; } = 32;

    /// <summary>Members of a group.</summary>
    public int GroupMembers { get; init; } = 10_000;

    /// <summary>Conversations in one user's list.</summary>
    public int ConversationsPerUser { get; init; } = 10_000;

    /// <summary>Contacts, and likewise blocked people, of one user.</summary>
    public int Contacts { get; init; } = 1_000;

    /// <summary>Unacknowledged sends of one session.</summary>
    public int InFlightSends { get; init; } = 128;

    /// <summary>Bytes that wait in one session's outbound queue before it is closed as slow.</summary>
    public int QueueBytes { get; init; } = 1 << 20;

    /// <summary>Events that wait in one session's outbound queue before it is closed as slow.</summary>
    public int QueueEvents { get; init; } = 4096;

    /// <summary>Sign-in attempts with a password per account in a minute, over all nodes. 0: unlimited, for addresses too.</summary>
    public int SignInAttempts { get; init; } = 10;

    /// <summary>Sign-in attempts of one address in a minute, over all accounts, doors and nodes; wrong keys at the RESP door are among them.</summary>
    public int SignInAttemptsPerAddress => SignInAttempts * 6;

    /// <summary>Commands of one session per second, with a burst of four times as many. 0: unlimited.</summary>
    public int CommandsPerSecond { get; init; } = 200;

    /// <summary>Messages of one user per second, over all nodes, with a burst of four times as many. 0: unlimited.</summary>
    public int UserMessagesPerSecond { get; init; }

    /// <summary>Messages that are sent to one group per second, over all nodes, with a burst of four times as many. 0: unlimited.</summary>
    public int GroupMessagesPerSecond { get; init; }

    /// <summary>Entries of one conversation that are kept: the newest. 0: all.</summary>
    public int HistoryEntries { get; init; }

    /// <summary>Hours that a conversation's entries are kept. 0: for ever.</summary>
    public int HistoryHours { get; init; }

    /// <summary>Seconds without a command after which a session is ended. 0: never.</summary>
    public int IdleSeconds { get; init; }

    /// <summary>Missed messages that a <c>sync</c> replays per conversation; beyond it, <c>recovered:false</c>.</summary>
    public int Replay { get; init; } = 10_000;

    /// <summary>Items on one page of any list.</summary>
    public int PageSize { get; init; } = 200;

    /// <summary>Sends that one conversation's grain holds unanswered before it refuses more.</summary>
    public int PendingSends { get; init; } = 4096;

    /// <summary>Sends of all clients of one node that may wait for their answer before it refuses more.</summary>
    public int NodePendingSends { get; init; } = 32_768;

    /// <summary>Bytes of content that those may have together.</summary>
    public int NodePendingBytes { get; init; } = 64 << 20;

    /// <summary>The limits without rate limits, for load tests; bounds on size and memory stay.</summary>
    public ChatLimits WithoutRates() => this with { CommandsPerSecond = 0, SignInAttempts = 0, UserMessagesPerSecond = 0, GroupMessagesPerSecond = 0 };
}
