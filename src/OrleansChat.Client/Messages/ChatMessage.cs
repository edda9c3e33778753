using System.Text.Json;

namespace OrleansChat.Client;

/// <summary>One entry of a conversation's log, as the server sends it.</summary>
public sealed record ChatMessage
{
    /// <summary>The conversation: <c>dm:alice:bob</c> or <c>group:name</c>.</summary>
    public string Conversation { get => field ?? ""; init; }

    /// <summary>The entry's number in its conversation: 1, 2, 3 ... without holes.</summary>
    public long Seq { get; init; }

    /// <summary>Who wrote it; empty where the system did.</summary>
    public string From { get => field ?? ""; init; }

    /// <summary>When it was stored, in Unix milliseconds of the storage's clock.</summary>
    public long At { get; init; }

    /// <summary><c>text</c>, <c>system</c>, or a change: <c>edit</c>, <c>delete</c>, <c>reaction</c>, <c>pin</c>.</summary>
    public string Kind { get => field ?? "text"; init; }

    /// <summary>The sender's own id of the message.</summary>
    public string? ClientId { get; init; }

    /// <summary>The text; absent from deleted messages and from most that are not of kind <c>text</c>.</summary>
    public string? Text { get; init; }

    /// <summary>The number of the message that this one answers.</summary>
    public long? ReplyTo { get; init; }

    /// <summary>The names mentioned in the text.</summary>
    public IReadOnlyList<string>? Mentions { get; init; }

    /// <summary>Attachments, as they were sent.</summary>
    public JsonElement? Attachments { get; init; }

    /// <summary>When it was last edited, in Unix milliseconds.</summary>
    public long? Edited { get; init; }

    /// <summary>Whether it was deleted; the text is gone then.</summary>
    public bool Deleted { get; init; }

    /// <summary>Who reacted, by emoji.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Reactions { get; init; }

    /// <summary>What belongs to the kind: <c>type</c> of a system entry, <c>target</c> of a change.</summary>
    public JsonElement? Data { get; init; }
}
