using System.Text;
using System.Text.Json;

namespace OrleansChat.Gateway.Delivery;

/// <summary>
/// An event on its way to sessions. Its native form is made once and shared by every recipient; other wire formats are encoded at most
/// once each, on first use.
/// </summary>
internal sealed class ChatEvent
{
    private Dictionary<object, byte[]>? _encodings;

    private ChatEvent(string name, byte[] json, string conversation, long seq, ReadOnlyMemory<byte> message, DeliveryTrace? trace = null)
    {
        Name = name;
        Json = json;
        Conversation = conversation;
        Seq = seq;
        Message = message;
        Trace = trace;
    }

    /// <summary>The event's name: the value of <c>ev</c>.</summary>
    public string Name { get; }

    /// <summary>The native form: a JSON object, UTF-8, on one line.</summary>
    public byte[] Json { get; }

    /// <summary>The conversation that it belongs to; empty when none.</summary>
    public string Conversation { get; }

    /// <summary>For a message: its number.</summary>
    public long Seq { get; }

    /// <summary>For a message: the message alone, as stored.</summary>
    public ReadOnlyMemory<byte> Message { get; }

    /// <summary>For a message that is traced: its trace.</summary>
    public DeliveryTrace? Trace { get; }

    /// <summary>A log entry.</summary>
    public static ChatEvent OfMessage(string conversation, long seq, ReadOnlyMemory<byte> message, DeliveryTrace? trace = null)
    {
        ReadOnlySpan<byte> before = "{\"ev\":\"message\",\"message\":"u8;
        byte[] json = GC.AllocateUninitializedArray<byte>(before.Length + message.Length + 1);
        before.CopyTo(json);
        message.Span.CopyTo(json.AsSpan(before.Length));
        json[^1] = (byte)'}';
        return new ChatEvent("message", json, conversation, seq, json.AsMemory(before.Length, message.Length), trace);
    }

    /// <summary>An event that came as JSON from another node. Null when it is not an event.</summary>
    public static ChatEvent? Parse(ReadOnlyMemory<byte> json, string conversation)
    {
        try
        {
            var reader = new Utf8JsonReader(json.Span);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject
                && reader.Read() && reader.ValueTextEquals("ev"u8)
                && reader.Read() && reader.GetString() is { } name
                ? new ChatEvent(name, json.ToArray(), conversation, 0, default)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>An event with these further members (each with a comma before it).</summary>
    public static ChatEvent Of(string name, string members, string conversation = "") =>
        new(name, Encoding.UTF8.GetBytes($"{{\"ev\":\"{name}\"{members}}}"), conversation, 0, default);

    /// <summary>An event with one further member whose value is JSON.</summary>
    public static ChatEvent Of(string name, string member, ReadOnlySpan<byte> value, string conversation)
    {
        byte[] before = Encoding.UTF8.GetBytes($"{{\"ev\":\"{name}\",\"{member}\":");
        return new ChatEvent(name, [.. before, .. value, (byte)'}'], conversation, 0, default);
    }

    /// <summary>The event in another wire format.</summary>
    /// <param name="format">Names the format.</param>
    /// <param name="encode">Encodes it, for the first recipient that needs it.</param>
    public byte[] As(object format, Func<ChatEvent, byte[]> encode)
    {
        lock (Json)
        {
            _encodings ??= [];
            if (!_encodings.TryGetValue(format, out byte[]? bytes))
            {
                _encodings.Add(format, bytes = encode(this));
            }

            return bytes;
        }
    }
}
