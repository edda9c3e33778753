using System.Text.Json.Serialization;

namespace OrleansChat.Chaos.Checking;

/// <summary>Something that a client did or saw. <c>At</c> counts microseconds of the driver's monotonic clock.</summary>
/// <param name="At">When.</param>
/// <param name="Client">Who: the user, and after a slash which of the user's devices.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Invoked), "invoked")]
[JsonDerivedType(typeof(Answered), "answered")]
[JsonDerivedType(typeof(Started), "started")]
[JsonDerivedType(typeof(Delivered), "delivered")]
[JsonDerivedType(typeof(Counted), "counted")]
[JsonDerivedType(typeof(Claimed), "claimed")]
[JsonDerivedType(typeof(Viewed), "viewed")]
[JsonDerivedType(typeof(Settled), "settled")]
[JsonDerivedType(typeof(Faulted), "faulted")]
internal abstract record HistoryRecord(long At, string Client)
{
    /// <summary>The user whose device this is.</summary>
    [JsonIgnore]
    public string User => Client.Split('/', 2)[0];
}

/// <summary>A command went out. Every attempt is an operation of its own.</summary>
/// <param name="At">When.</param>
/// <param name="Client">Who.</param>
/// <param name="Session">The connection it went out on.</param>
/// <param name="Op">The attempt, unique in a history.</param>
/// <param name="Command">The command, named as on the native door.</param>
/// <param name="Conversation">The conversation it is about.</param>
/// <param name="ClientId">Of a send.</param>
/// <param name="Text">Of a send.</param>
/// <param name="Target">Whom it is about: kick, invite, mute, block.</param>
/// <param name="Seq">The number it is about: read.</param>
internal sealed record Invoked(
    long At, string Client, string Session, long Op, string Command, string? Conversation = null,
    string? ClientId = null, string? Text = null, string? Target = null, long Seq = 0)
    : HistoryRecord(At, Client);

/// <summary>The answer to an attempt.</summary>
/// <param name="At">When.</param>
/// <param name="Client">Who.</param>
/// <param name="Op">The attempt.</param>
/// <param name="Error">The error's name, <c>lost</c> where the connection ended before the answer; null when it succeeded.</param>
/// <param name="Epoch">The log's epoch.</param>
/// <param name="Seq">The number given.</param>
/// <param name="Duplicate">Whether the number was given earlier.</param>
internal sealed record Answered(long At, string Client, long Op, string? Error = null, string? Epoch = null, long Seq = 0, bool Duplicate = false)
    : HistoryRecord(At, Client);

/// <summary>From here on a session is owed every entry of a conversation after a number.</summary>
/// <param name="At">When.</param>
/// <param name="Client">Who.</param>
/// <param name="Session">The connection.</param>
/// <param name="Conversation">The conversation.</param>
/// <param name="Epoch">The log's epoch.</param>
/// <param name="After">The number; the next one is expected first. Negative where nothing is known: whatever comes first is the first.</param>
/// <param name="Recovered">False when the server announced that what lies between is not delivered.</param>
internal sealed record Started(long At, string Client, string Session, string Conversation, string Epoch, long After, bool Recovered)
    : HistoryRecord(At, Client);

/// <summary>An entry arrived.</summary>
/// <param name="At">When.</param>
/// <param name="Client">Who.</param>
/// <param name="Session">The connection.</param>
/// <param name="Conversation">The conversation.</param>
/// <param name="Epoch">The epoch that the client knew.</param>
/// <param name="Seq">The number; 0 at a door that shows none.</param>
/// <param name="From">Who wrote it.</param>
/// <param name="Kind"><c>text</c>, <c>system</c> or a change.</param>
/// <param name="ClientId">The sender's id of it.</param>
/// <param name="Text">The text.</param>
internal sealed record Delivered(
    long At, string Client, string Session, string Conversation, string Epoch, long Seq, string From, string Kind,
    string? ClientId = null, string? Text = null)
    : HistoryRecord(At, Client);

/// <summary>A summary of a conversation that the client asked for.</summary>
/// <param name="At">When it came.</param>
/// <param name="Client">Who.</param>
/// <param name="Asked">When it was asked for.</param>
/// <param name="Conversation">The conversation.</param>
/// <param name="Epoch">The log's epoch.</param>
/// <param name="Last">The last number.</param>
/// <param name="Read">The own read watermark.</param>
/// <param name="Unread">How many messages are unread.</param>
internal sealed record Counted(long At, string Client, long Asked, string Conversation, string Epoch, long Last, long Read, long Unread)
    : HistoryRecord(At, Client);

/// <summary>Somebody asked for a name that lasts.</summary>
/// <param name="At">When.</param>
/// <param name="Client">Who.</param>
/// <param name="Name">The name.</param>
/// <param name="Won">Whether it was given.</param>
/// <param name="Asked">When it was asked for.</param>
internal sealed record Claimed(long At, string Client, string Name, bool Won, long Asked = 0)
    : HistoryRecord(At, Client);

/// <summary>What history shows a member after everything came to rest.</summary>
/// <param name="At">When.</param>
/// <param name="Client">Who.</param>
/// <param name="Conversation">The conversation.</param>
/// <param name="After">Only messages after this number were asked for.</param>
/// <param name="Messages">One line for each message, with everything a member sees of it.</param>
internal sealed record Viewed(long At, string Client, string Conversation, long After, IReadOnlyList<string> Messages)
    : HistoryRecord(At, Client);

/// <summary>Everything came to rest while this client was connected: what it is owed must have arrived.</summary>
/// <param name="At">When.</param>
/// <param name="Client">Who.</param>
/// <param name="Conversation">The conversation.</param>
internal sealed record Settled(long At, string Client, string Conversation)
    : HistoryRecord(At, Client);

/// <summary>What was done to the cluster.</summary>
/// <param name="At">When.</param>
/// <param name="Client">The driver.</param>
/// <param name="What">The fault.</param>
/// <param name="MayLose">Whether storage was taken back to an earlier state, so that what was acknowledged in the epoch before may be gone.</param>
/// <param name="MayUnshow">Whether entries that were shown and never acknowledged may be gone: nodes hear of an entry before replicas have it.</param>
/// <param name="Reach">How long before it what was acknowledged may be gone too: storage that writes now and then.</param>
/// <param name="Where">The only conversation of which something may be gone; null for all.</param>
internal sealed record Faulted(
    long At, string Client, string What, bool MayLose = false, bool MayUnshow = false, long Reach = 0, string? Where = null)
    : HistoryRecord(At, Client)
{
    private const string EndOf = "end of ";

    /// <summary>The record that says that a fault is over.</summary>
    public static Faulted Ended(long at, string client, string what) => new(at, client, EndOf + what);

    /// <summary>Whether this says that a fault is over.</summary>
    public bool Ends(string what) => What == EndOf + what;
}
