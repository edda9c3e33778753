using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansChat.Client;

/// <summary>Turns the server's JSON into typed events.</summary>
internal static class EventReader
{
    public static ChatEvent Read(NativeObject obj) => obj.Event switch
    {
        "typing" => As(obj, ChatJson.Default.TypingEvent),
        "receipt" => As(obj, ChatJson.Default.ReceiptEvent),
        "presence" => As(obj, ChatJson.Default.PresenceEvent),
        "conversation" => new ConversationEvent(Summary(obj)) { Utf8 = obj.Utf8 },
        "conversation.removed" => As(obj, ChatJson.Default.ConversationRemovedEvent),
        "bye" => As(obj, ChatJson.Default.ByeEvent),
        { } name => new OtherEvent(name) { Utf8 = obj.Utf8 },
        null => new OtherEvent(obj.IsError ? "error" : "") { Utf8 = obj.Utf8 },
    };

    /// <summary>The conversation and number of a message, without parsing the rest.</summary>
    public static bool TryReadMessage(NativeObject obj, out string conversation, out long seq)
    {
        conversation = "";
        seq = 0;
        var reader = new Utf8JsonReader(obj.Body.Span);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while ((seq == 0 || conversation.Length == 0) && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("conversation"u8))
            {
                reader.Read();
                conversation = reader.GetString() ?? "";
            }
            else if (reader.ValueTextEquals("seq"u8))
            {
                reader.Read();
                seq = reader.GetInt64();
            }
            else
            {
                reader.Skip();
            }
        }

        return seq > 0 && conversation.Length > 0;
    }

    private static ChatSummary Summary(NativeObject obj)
        => JsonSerializer.Deserialize((obj.Body.IsEmpty ? obj.Utf8 : obj.Body).Span, ChatJson.Default.ChatSummary)!;

    private static T As<T>(NativeObject obj, JsonTypeInfo<T> type) where T : ChatEvent
        => JsonSerializer.Deserialize(obj.Utf8.Span, type)! with { Utf8 = obj.Utf8 };
}
