using System.ComponentModel;
using System.Text.Json;

namespace OrleansChat.Gateway.FrontEnds.Rest.Documents;

[Description("A message to send.")]
internal sealed record NewMessage
{
    [Description("The text, up to 8192 bytes; may be absent when there are attachments or data.")]
    public string? Text { get; init; }

    [Description("The client's own id of the message, 1 to 64 of letters, digits and ._-~+/=:. The same one again adds nothing.")]
    public string? ClientId { get; init; }

    [Description("The number of the message that this one answers.")]
    public long? ReplyTo { get; init; }

    [Description("Up to 4096 bytes of JSON, kept and handed on as they are.")]
    public IReadOnlyList<JsonElement>? Attachments { get; init; }

    [Description("Up to 4096 bytes of JSON, kept and handed on as they are.")]
    public IReadOnlyDictionary<string, JsonElement>? Data { get; init; }

    [Description("On a late resend: the last number that was known when the message was first sent.")]
    public long? After { get; init; }
}

[Description("The new text of a message.")]
internal sealed record MessageEdit
{
    [Description("Up to 8192 bytes.")]
    public required string Text { get; init; }
}

[Description("How far somebody has come.")]
internal sealed record Mark
{
    [Description("Up to this message's number. Marks only go up.")]
    public required long Seq { get; init; }
}

[Description("Whom to write to.")]
internal sealed record Peer
{
    [Description("A user name.")]
    public required string To { get; init; }
}

[Description("An acknowledged message: it is stored under this number.")]
internal sealed record SentDocument
{
    [Description("The conversation's id.")]
    public required string Conversation { get; init; }

    [Description("The life of the log that the number belongs to.")]
    public required string Epoch { get; init; }

    [Description("The message's number.")]
    public required long Seq { get; init; }

    [Description("When it was stored, Unix milliseconds.")]
    public required long At { get; init; }

    [Description("True when the client id was known: nothing was added.")]
    public bool? Duplicate { get; init; }
}

[Description("A place in a conversation's log.")]
internal sealed record PositionDocument
{
    [Description("The conversation's id.")]
    public required string Conversation { get; init; }

    [Description("The life of the log; another one means: read anew.")]
    public required string Epoch { get; init; }

    [Description("The number, from 1 without holes.")]
    public required long Seq { get; init; }

    [Description("True when a request to join waits for approval.")]
    public bool? Pending { get; init; }
}

[Description("A message as the log holds it, edits, deletion and reactions applied.")]
internal sealed record MessageDocument
{
    [Description("The conversation's id.")]
    public required string Conversation { get; init; }

    [Description("The number, from 1 without holes.")]
    public required long Seq { get; init; }

    [Description("Who wrote it.")]
    public required string From { get; init; }

    [Description("When, Unix milliseconds.")]
    public required long At { get; init; }

    [Description("`text`, `system`, or in events also `edit`, `delete`, `reaction`, `pin`.")]
    public required string Kind { get; init; }

    [Description("The sender's own id of it.")]
    public string? ClientId { get; init; }

    [Description("The text; absent when deleted.")]
    public string? Text { get; init; }

    [Description("The number of the message that this one answers.")]
    public long? ReplyTo { get; init; }

    [Description("Names after an @ in the text.")]
    public IReadOnlyList<string>? Mentions { get; init; }

    [Description("As they were sent.")]
    public IReadOnlyList<JsonElement>? Attachments { get; init; }

    [Description("When last edited, Unix milliseconds.")]
    public long? Edited { get; init; }

    [Description("True when the content was deleted.")]
    public bool? Deleted { get; init; }

    [Description("Where it was asked for: of an own message, whether somebody else has read it; of another's, whether the caller has.")]
    public bool? Seen { get; init; }

    [Description("Names by emoji.")]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Reactions { get; init; }

    [Description("Of a system entry: `type` and what it tells; else as it was sent.")]
    public IReadOnlyDictionary<string, JsonElement>? Data { get; init; }
}

[Description("A page of history, oldest first. Entries that change others are left out: they are applied.")]
internal sealed record HistoryDocument
{
    [Description("The life of the log.")]
    public required string Epoch { get; init; }

    [Description("The log's last number. Changes up to it are applied.")]
    public required long Last { get; init; }

    [Description("The messages.")]
    public required IReadOnlyList<MessageDocument> Messages { get; init; }

    [Description("The first number that the page covers.")]
    public required long From { get; init; }

    [Description("The last number that the page covers.")]
    public required long To { get; init; }

    [Description("Whether there are more in the direction asked for.")]
    public required bool More { get; init; }
}

[Description("Messages that were found, the newest first.")]
internal sealed record MessagePage
{
    [Description("The messages.")]
    public required IReadOnlyList<MessageDocument> Items { get; init; }

    [Description("What `before` takes for the next page of one conversation; null at its beginning and for all conversations.")]
    public required string? Next { get; init; }
}
