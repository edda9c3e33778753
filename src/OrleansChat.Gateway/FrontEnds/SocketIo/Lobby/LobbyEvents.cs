using System.Buffers;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Protocols.SocketIo;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;

/// <summary>The cluster's events as this door spells them. Each is encoded once, however many sockets hear it.</summary>
internal static class LobbyEvents
{
    private const string UsersChangedName = "users-changed";

    private static readonly object Format = new();

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly FrozenDictionary<string, Func<ChatEvent, byte[]>> Table = new Dictionary<string, Func<ChatEvent, byte[]>>
    {
        ["message"] = Message,
        ["typing"] = Typing,
        [UsersChangedName] = UsersChanged,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Somebody came online or went.</summary>
    public static ChatEvent UsersChanged(string user, bool joined) =>
        ChatEvent.Of(UsersChangedName, $",\"user\":\"{user}\",\"event\":\"{(joined ? "joined" : "left")}\"");

    /// <summary>Whether sockets without a name hear it.</summary>
    public static bool IsPublic(ChatEvent chatEvent) =>
        chatEvent.Name == UsersChangedName || (chatEvent.Name == "message" && chatEvent.Conversation == LobbyGroup.Id.Value);

    /// <summary>The event up to where the last argument is added; empty when this door does not tell it.</summary>
    public static byte[] Encode(ChatEvent chatEvent) =>
        Table.TryGetValue(chatEvent.Name, out Func<ChatEvent, byte[]>? encode) ? chatEvent.As(Format, encode) : [];

    /// <summary>A message as <c>history</c> lists it. False when it is not one that somebody wrote.</summary>
    public static bool TryWriteChatMessage(Utf8JsonWriter writer, ReadOnlyMemory<byte> message)
    {
        JsonElement json = JsonElement.Parse(message.Span);
        if (!IsContent(json))
        {
            return false;
        }

        Write(writer, json, static (writer, json) => writer.WriteString("nickname", json.GetProperty("from").GetString()));
        return true;
    }

    private static bool IsContent(JsonElement json) => json.GetProperty("kind").ValueEquals("text") && json.TryGetProperty("text", out _);

    // Spliced: names, ids and numbers need no escaping, and the text stands in the message as it is to go out.
    private static byte[] Message(ChatEvent chatEvent)
    {
        ReadOnlySpan<byte> message = chatEvent.Message.Span;
        if (!ConversationId.TryParse(chatEvent.Conversation, out ConversationId id)
            || !MessageJson.TryReadHead(message, out MessageHead head)
            || !head.Kind.SequenceEqual("text"u8)
            || !TryFindText(message, out Range text))
        {
            return [];
        }

        Span<byte> open = stackalloc byte[512];
        int n = 0;
        if (id == LobbyGroup.Id)
        {
            Put(open, ref n, "2[\"chat-message\",{\"nickname\":\""u8, head.From);
        }
        else if (id.GroupId is { } room)
        {
            Put(open, ref n, "2[\"room-message\",{\"room\":\""u8, room);
            Put(open, ref n, "\",\"from\":\""u8, head.From);
        }
        else
        {
            Put(open, ref n, "2[\"private-message\",{\"from\":\""u8, head.From);
            Put(open, ref n, "\",\"to\":\""u8, id.PeerOf(Encoding.ASCII.GetString(head.From)));
        }

        Span<byte> end = stackalloc byte[64];
        int m = 0;
        Put(end, ref m, ",\"seq\":"u8, head.Seq);
        Put(end, ref m, ",\"at\":"u8, head.At);
        return [.. open[..n], .. "\",\"message\":"u8, .. message[text], .. end[..m], (byte)'}'];
    }

    private static void Put(Span<byte> target, ref int n, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        name.CopyTo(target[n..]);
        value.CopyTo(target[(n + name.Length)..]);
        n += name.Length + value.Length;
    }

    private static void Put(Span<byte> target, ref int n, ReadOnlySpan<byte> name, string? value)
    {
        name.CopyTo(target[n..]);
        n += name.Length;
        n += Encoding.ASCII.GetBytes(value, target[n..]);
    }

    private static void Put(Span<byte> target, ref int n, ReadOnlySpan<byte> name, long value)
    {
        name.CopyTo(target[n..]);
        n += name.Length;
        Utf8Formatter.TryFormat(value, target[n..], out int digits);
        n += digits;
    }

    // The text's JSON within a message's.
    private static bool TryFindText(ReadOnlySpan<byte> message, out Range text)
    {
        text = default;
        var reader = new Utf8JsonReader(message);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool found = reader.ValueTextEquals("text"u8);
            reader.Read();
            if (found)
            {
                text = (int)reader.TokenStartIndex..(int)reader.BytesConsumed;
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static byte[] Typing(ChatEvent chatEvent) =>
        chatEvent.Conversation == LobbyGroup.Id.Value
            ? SocketIoEncoder.OpenEvent("typing", Encoding.UTF8.GetBytes(JsonElement.Parse(chatEvent.Json).GetProperty("from").GetRawText()))
            : [];

    private static byte[] UsersChanged(ChatEvent chatEvent)
    {
        JsonElement json = JsonElement.Parse(chatEvent.Json);
        var buffer = new ArrayBufferWriter<byte>(96);
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("user", json.GetProperty("user").GetString());
            writer.WriteString("event", json.GetProperty("event").GetString());
            writer.WriteEndObject();
        }

        return SocketIoEncoder.OpenEvent(UsersChangedName, buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement json, Action<Utf8JsonWriter, JsonElement> who)
    {
        writer.WriteStartObject();
        who(writer, json);
        writer.WritePropertyName("message");
        writer.WriteRawValue(json.GetProperty("text").GetRawText(), skipInputValidation: true);
        writer.WriteNumber("seq", json.GetProperty("seq").GetInt64());
        writer.WriteNumber("at", json.GetProperty("at").GetInt64());
        writer.WriteEndObject();
    }
}
