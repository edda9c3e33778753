using System.Text;
using System.Text.Json;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Protocols.Line;

namespace OrleansChat.Gateway.FrontEnds.Line;

/// <summary>Events as notifications of the line door.</summary>
internal static class LineEvents
{
    private static readonly object Format = new();

    /// <summary>The notification of a message, without line end, made once for all who get it; empty when nothing is to be shown.</summary>
    public static byte[] Message(ChatEvent message) => message.As(Format, Encode);

    /// <summary>The notification that a talk begins or ends.</summary>
    public static byte[] Talk(bool starts, string peer) => Encoding.ASCII.GetBytes($"* {(starts ? "start" : "stop")} {peer}");

    /// <summary>The text of a message as it goes out; null for what is no message of a person, or has none any more.</summary>
    public static string? TextOf(JsonElement message) =>
        message.GetProperty("kind").ValueEquals("text"u8) && message.TryGetProperty("text", out JsonElement text)
            ? LineText.OnOneLine(text.GetString() ?? string.Empty)
            : null;

    private static byte[] Encode(ChatEvent chatEvent)
    {
        if (!MessageJson.TryReadHead(chatEvent.Message.Span, out MessageHead head) || !head.Kind.SequenceEqual("text"u8)
            || !ConversationId.TryParse(chatEvent.Conversation, out ConversationId id))
        {
            return [];
        }

        string from = Encoding.ASCII.GetString(head.From);
        using JsonDocument json = JsonDocument.Parse(chatEvent.Message);
        return TextOf(json.RootElement) is not { } text ? []
            : Encoding.UTF8.GetBytes(id.GroupId is { } group ? $"* SAY {group} {from} {text}" : $"* MSG {from} {id.PeerOf(from)} {text}");
    }
}
