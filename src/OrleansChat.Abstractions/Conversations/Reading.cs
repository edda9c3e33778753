using Orleans;

namespace OrleansChat.Conversations;

/// <summary>An entry of the log.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="Message">The message as UTF-8 JSON, exactly as stored; a tombstone where the content was deleted.</param>
public readonly record struct LogEntry(long Seq, ReadOnlyMemory<byte> Message);

/// <summary>A stretch of the log, as it is, change entries included.</summary>
/// <param name="Epoch">The log's epoch.</param>
/// <param name="First">The first number still kept.</param>
/// <param name="Last">The last number.</param>
/// <param name="Entries">The entries asked for, dense and ascending.</param>
public sealed record LogRange(string Epoch, long First, long Last, IReadOnlyList<LogEntry> Entries);

/// <summary>Asks for a page of history.</summary>
/// <param name="Actor">The reader.</param>
/// <param name="Before">Messages with smaller numbers, newest last; null for the end of the log.</param>
/// <param name="After">Messages with greater numbers; wins over <paramref name="Before"/>.</param>
/// <param name="Limit">At most so many messages, 1 to 200.</param>
[GenerateSerializer, Immutable, Alias("chat.HistoryRequest")]
public sealed record HistoryRequest(
    [property: Id(0)] Actor Actor, [property: Id(1)] long? Before, [property: Id(2)] long? After, [property: Id(3)] int Limit);

/// <summary>A page of history with edits, deletions and reactions applied as of <paramref name="Last"/>.</summary>
/// <param name="Epoch">The log's epoch.</param>
/// <param name="Last">The log's last number.</param>
/// <param name="Messages">UTF-8 JSON, oldest first, change entries left out.</param>
/// <param name="From">The first number that the page covers.</param>
/// <param name="To">The last number that the page covers; less than <paramref name="From"/> when it covers none.</param>
/// <param name="More">Whether there are more messages in the direction asked for.</param>
[GenerateSerializer, Immutable, Alias("chat.HistoryPage")]
public sealed record HistoryPage(
    [property: Id(0)] string Epoch,
    [property: Id(1)] long Last,
    [property: Id(2)] IReadOnlyList<ReadOnlyMemory<byte>> Messages,
    [property: Id(3)] long From,
    [property: Id(4)] long To,
    [property: Id(5)] bool More);

/// <summary>A conversation as one member sees it.</summary>
/// <param name="Conversation">The id.</param>
/// <param name="Title">The group's title; empty for a direct conversation.</param>
/// <param name="Epoch">The log's epoch; empty while there is no message.</param>
/// <param name="Last">The last number.</param>
/// <param name="Read">The reader's read watermark.</param>
/// <param name="Delivered">The reader's delivered watermark.</param>
/// <param name="Unread">Messages after the read watermark, changes and system entries not counted.</param>
/// <param name="LastMessage">The newest message as UTF-8 JSON; empty when there is none.</param>
/// <param name="Members">How many members.</param>
/// <param name="Role">The reader's role.</param>
/// <param name="MutedUntil">Unix milliseconds until when the reader is muted; 0 when not.</param>
/// <param name="Pinned">Numbers of pinned messages.</param>
/// <param name="From">The first number that the reader may read.</param>
/// <param name="First">The first number still kept.</param>
/// <param name="JoinedAt">The number of the entry that made the reader a member; for a direct conversation, of the first they may read.</param>
[GenerateSerializer, Immutable, Alias("chat.Summary")]
public sealed record Summary(
    [property: Id(0)] string Conversation,
    [property: Id(1)] string Title,
    [property: Id(2)] string Epoch,
    [property: Id(3)] long Last,
    [property: Id(4)] long Read,
    [property: Id(5)] long Delivered,
    [property: Id(6)] long Unread,
    [property: Id(7)] ReadOnlyMemory<byte> LastMessage,
    [property: Id(8)] int Members,
    [property: Id(9)] MemberRole Role,
    [property: Id(10)] long MutedUntil,
    [property: Id(11)] IReadOnlyList<long> Pinned,
    [property: Id(12)] long From,
    [property: Id(13)] long First,
    [property: Id(14)] long JoinedAt);

/// <summary>How far one member has come. 0 &lt;= Read &lt;= Delivered &lt;= last.</summary>
/// <param name="User">The member.</param>
/// <param name="Read">Up to this number read.</param>
/// <param name="Delivered">Up to this number delivered.</param>
[GenerateSerializer, Immutable, Alias("chat.Watermark")]
public sealed record Watermark([property: Id(0)] string User, [property: Id(1)] long Read, [property: Id(2)] long Delivered);

/// <summary>What a member may do in a conversation, in ascending order.</summary>
public enum MemberRole
{
    /// <summary>Reads and writes.</summary>
    Member,

    /// <summary>Also removes, bans and mutes members, and changes settings.</summary>
    Admin,

    /// <summary>Also appoints admins and deletes the group.</summary>
    Owner,
}
