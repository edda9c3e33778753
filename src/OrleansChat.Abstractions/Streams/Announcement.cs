using Orleans;

namespace OrleansChat.Streams;

/// <summary>What an announcement on a stream says. It may be lost, repeated or late: what is true stands in storage.</summary>
public enum AnnouncementKind
{
    /// <summary>New log entries from <see cref="Announcement.Seq"/> on: UTF-8 JSON, one entry per line.</summary>
    Entries,

    /// <summary>An event for the members or watchers that is not stored: UTF-8 JSON as clients get it.</summary>
    Event,

    /// <summary>A conversation came into the user's list; the payload is its id.</summary>
    Follow,

    /// <summary>A conversation left the user's list; the payload is its id.</summary>
    Unfollow,

    /// <summary>Tokens were revoked; the payload is what <see cref="Users.Revocation"/> says.</summary>
    Revoked,

    /// <summary>What is consumed of the conversation as a queue changed without a new entry: items came back, or it goes on.</summary>
    Queue,

    /// <summary>Announcements may have been lost: the connection they come through was broken and is back.</summary>
    Interrupted,
}

/// <summary>An announcement on one of the streams <c>conversation</c>, <c>user</c> and <c>presence</c>.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Payload">UTF-8, owned by this record.</param>
/// <param name="Epoch">For entries: the log's epoch.</param>
/// <param name="Seq">For entries: the number of the first.</param>
/// <param name="From">For an event: the user who caused it and need not hear it; empty when everybody should.</param>
[GenerateSerializer, Immutable, Alias("chat.Announcement")]
public sealed record Announcement(
    [property: Id(0)] AnnouncementKind Kind,
    [property: Id(1)] ReadOnlyMemory<byte> Payload,
    [property: Id(2)] string Epoch = "",
    [property: Id(3)] long Seq = 0,
    [property: Id(4)] string From = "");

/// <summary>The names of the streams.</summary>
public static class ChatStreams
{
    /// <summary>The name under which the stream provider is registered.</summary>
    public const string Provider = "redis";

    /// <summary>Namespace of the streams of conversations; the key is the conversation's id.</summary>
    public const string Conversation = "conversation";

    /// <summary>Namespace of the streams to one user's sessions; the key is the user's name.</summary>
    public const string User = "user";

    /// <summary>Namespace of the streams about one user's presence; the key is the user's name.</summary>
    public const string Presence = "presence";

    /// <summary>Key of the presence stream that tells of everybody coming and going.</summary>
    public const string Everybody = "*";
}
