using System.Text.Json;

namespace OrleansChat.Client;

/// <summary>What <c>send</c> takes. Name either the conversation or the person.</summary>
public sealed record OutgoingMessage
{
    /// <summary>The conversation to send to.</summary>
    public string? Conversation { get; init; }

    /// <summary>The person to send to; opens the direct conversation.</summary>
    public string? To { get; init; }

    /// <summary>The text.</summary>
    public string? Text { get; init; }

    /// <summary>The sender's id of the message: the same id sent again adds nothing and gives the first number back.</summary>
    public string? ClientId { get; init; }

    /// <summary>The number of the message that this one answers.</summary>
    public long? ReplyTo { get; init; }

    /// <summary>Attachments: a JSON array.</summary>
    public JsonElement? Attachments { get; init; }

    /// <summary>False to keep this session from receiving its own message as an event. <see cref="ChatClient"/> needs the echo.</summary>
    public bool? Echo { get; init; }

    /// <summary>On a resend, the last number known when the message was first sent: where the server starts to look for it.</summary>
    public long? After { get; init; }
}

/// <summary>The server's acknowledgement of a send: the message is stored under this number.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="Epoch">The log's epoch.</param>
/// <param name="Seq">The message's number.</param>
/// <param name="At">When it was stored, in Unix milliseconds.</param>
/// <param name="Duplicate">Whether it had been stored before.</param>
public sealed record SendAck(string Conversation, string Epoch, long Seq, long At, bool Duplicate);
