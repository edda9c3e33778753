using Orleans;

namespace OrleansChat.Conversations;

/// <summary>What a change does to an earlier message.</summary>
public enum ChangeKind
{
    /// <summary>Replaces the text; the author only.</summary>
    Edit,

    /// <summary>Removes the content; the author, or an admin of the group.</summary>
    Delete,

    /// <summary>Sets or takes back a reaction.</summary>
    React,

    /// <summary>Pins or unpins; in groups admins only.</summary>
    Pin,
}

/// <summary>A change to an earlier message. It becomes an entry of its own in the log.</summary>
/// <param name="Actor">Who changes.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Target">The number of the message that changes.</param>
/// <param name="Fragment">For an edit, the new members <c>"text":...</c> as UTF-8 JSON without braces; otherwise empty.</param>
/// <param name="Emoji">For a reaction.</param>
/// <param name="On">For a reaction or pin: set or take back.</param>
[GenerateSerializer, Immutable, Alias("chat.ChangeRequest")]
public sealed record ChangeRequest(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] ChangeKind Kind,
    [property: Id(2)] long Target,
    [property: Id(3)] ReadOnlyMemory<byte> Fragment,
    [property: Id(4)] string? Emoji = null,
    [property: Id(5)] bool On = true);

/// <summary>An entry that a change or a group command added to the log.</summary>
/// <param name="Position">Where it stands; the log's end when nothing had to change.</param>
/// <param name="Message">The entry as UTF-8 JSON, for the asking gateway to deliver; empty when nothing had to change.</param>
/// <param name="Pending">A request to join waits for approval.</param>
[GenerateSerializer, Immutable, Alias("chat.Appended")]
public sealed record Appended(
    [property: Id(0)] Position Position, [property: Id(1)] ReadOnlyMemory<byte> Message, [property: Id(2)] bool Pending = false);
