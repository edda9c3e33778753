namespace OrleansChat.Chaos.Checking;

/// <summary>What can be wrong.</summary>
internal enum ViolationKind
{
    /// <summary>A send was acknowledged and is in no log.</summary>
    AckedButAbsent,

    /// <summary>A send was acknowledged with a number under which something else stands.</summary>
    WrongNumber,

    /// <summary>One number of one epoch was given to two entries, or the log has a number twice or not at all.</summary>
    NumberGivenTwice,

    /// <summary>One client id of one sender made two entries.</summary>
    DuplicateEntry,

    /// <summary>Sends of one session to one conversation were numbered in another order than they were sent.</summary>
    SendsReordered,

    /// <summary>A session got an entry twice.</summary>
    DeliveredTwice,

    /// <summary>A session got an entry after a later one.</summary>
    OutOfOrder,

    /// <summary>A session got an entry before an earlier one, without having been told that it starts over.</summary>
    Hole,

    /// <summary>A session went on in another epoch of the log without having been told that it starts over.</summary>
    EpochUntold,

    /// <summary>A log got a new epoch though nothing of it can have been lost.</summary>
    EpochEnded,

    /// <summary>A session was told that it starts over though everything it missed was there.</summary>
    NeedlessReset,

    /// <summary>What a session got is not what the log holds.</summary>
    DeliveredOther,

    /// <summary>Everything came to rest, and a connected member still lacks entries.</summary>
    NeverDelivered,

    /// <summary>Somebody wrote who was no member, or whose removal had returned.</summary>
    SentAfterRemoval,

    /// <summary>Somebody wrote to a person whose block had returned.</summary>
    SentThroughBlock,

    /// <summary>Somebody wrote whose muting had returned.</summary>
    SentWhileMuted,

    /// <summary>Somebody who was no member got an entry.</summary>
    VisibleToStranger,

    /// <summary>A watermark was lower than before.</summary>
    WatermarkBackwards,

    /// <summary>The number of unread messages is not what the log and the watermark say.</summary>
    UnreadWrong,

    /// <summary>One name was given to two.</summary>
    NameClaimedTwice,

    /// <summary>Two members see different messages at the end, or other ones than the log holds.</summary>
    UnequalViews,
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Kind">What.</param>
/// <param name="Where">The conversation or name.</param>
/// <param name="What">In words, with the client and the numbers.</param>
internal sealed record Violation(ViolationKind Kind, string Where, string What)
{
    public override string ToString() => $"{Kind} in {Where}: {What}";
}
