using System.Text.Json;

namespace OrleansChat.Client;

/// <summary>Writes the parameters of <c>send</c>.</summary>
internal static class SendCommand
{
    public static void Write(Utf8JsonWriter writer, OutgoingMessage message)
    {
        Optional(writer, "conversation", message.Conversation);
        Optional(writer, "to", message.To);
        Optional(writer, "clientId", message.ClientId);
        Optional(writer, "text", message.Text);
        Optional(writer, "replyTo", message.ReplyTo);
        Optional(writer, "after", message.After);
        if (message.Attachments is { } attachments)
        {
            writer.WritePropertyName("attachments"u8);
            attachments.WriteTo(writer);
        }

        if (message.Echo is { } echo)
        {
            writer.WriteBoolean("echo"u8, echo);
        }
    }

    public static void Optional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    public static void Optional(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }
}
