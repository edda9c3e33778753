using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansChat.Client;

/// <summary>Something that happened, in the order in which the application should see it.</summary>
public abstract record ChatEvent
{
    /// <summary>The event's JSON as it came; empty for what the client itself reports.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Utf8 { get; init; }
}

/// <summary>An entry of a conversation: each exactly once, in the order of their numbers.</summary>
public sealed record MessageEvent : ChatEvent
{
    private readonly ReadOnlyMemory<byte> _body;
    private ChatMessage? _message;

    internal MessageEvent(string conversation, long seq, ReadOnlyMemory<byte> body)
    {
        Conversation = conversation;
        Seq = seq;
        _body = body;
    }

    /// <summary>The conversation.</summary>
    public string Conversation { get; }

    /// <summary>The number.</summary>
    public long Seq { get; }

    /// <summary>The message, parsed on first use.</summary>
    public ChatMessage Message => _message ??= JsonSerializer.Deserialize(_body.Span, ChatJson.Default.ChatMessage)!;
}

/// <summary>A person writes.</summary>
public sealed record TypingEvent(string Conversation, string From) : ChatEvent;

/// <summary>A person's watermarks rose.</summary>
public sealed record ReceiptEvent(string Conversation, string User, long Read, long Delivered) : ChatEvent;

/// <summary>A person came, went, or changed the status.</summary>
/// <param name="User">The name.</param>
/// <param name="State"><c>online</c>, <c>away</c> or <c>offline</c>.</param>
/// <param name="Status">The status line.</param>
/// <param name="LastSeen">Unix milliseconds.</param>
public sealed record PresenceEvent(string User, string State, string? Status, long? LastSeen) : ChatEvent;

/// <summary>A conversation is new in the user's list, or changed.</summary>
public sealed record ConversationEvent(ChatSummary Summary) : ChatEvent;

/// <summary>A conversation left the user's list.</summary>
public sealed record ConversationRemovedEvent(string Conversation) : ChatEvent;

/// <summary>The server is about to close.</summary>
/// <param name="Code">The close code to come.</param>
/// <param name="Reconnect">Whether to connect again.</param>
/// <param name="After">How long to wait before that, in milliseconds.</param>
public sealed record ByeEvent(int Code, bool Reconnect = true, long? After = null) : ChatEvent;

/// <summary>Any other event of the server; see <see cref="ChatEvent.Utf8"/>.</summary>
public sealed record OtherEvent(string Name) : ChatEvent;
