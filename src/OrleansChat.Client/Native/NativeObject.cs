using System.Text.Json;

namespace OrleansChat.Client;

/// <summary>One JSON object from the server: an event, a reply, or an error that belongs to no command.</summary>
public sealed class NativeObject
{
    private JsonElement? _json;

    private NativeObject(ReadOnlyMemory<byte> utf8) => Utf8 = utf8;

    /// <summary>The object as it came.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>The event's name; null where this is no event.</summary>
    public string? Event { get; private set; }

    /// <summary>The id of the command that this replies to; null where this is no reply.</summary>
    public long? ReplyTo { get; private set; }

    /// <summary>Whether the object carries an error.</summary>
    public bool IsError { get; private set; }

    /// <summary>The value of <c>ok</c>, <c>error</c>, <c>message</c> or <c>summary</c>; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>The whole object, parsed on first use.</summary>
    public JsonElement Json => _json ??= JsonElement.Parse(Utf8.Span);

    /// <summary>Reads the outer level only; what is inside is skipped and parsed by whoever needs it.</summary>
    /// <param name="utf8">One JSON object; the result keeps the memory.</param>
    /// <exception cref="JsonException">It is not a JSON object.</exception>
    public static NativeObject Parse(ReadOnlyMemory<byte> utf8)
    {
        var result = new NativeObject(utf8);
        var reader = new Utf8JsonReader(utf8.Span);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("Not a JSON object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("ev"u8))
            {
                reader.Read();
                result.Event = EventName(ref reader);
            }
            else if (reader.ValueTextEquals("re"u8))
            {
                reader.Read();
                result.ReplyTo = reader.GetInt64();
            }
            else
            {
                result.TakeValue(ref reader);
            }
        }

        // Anything after the object is a malformed frame, not something to overlook.
        reader.Read();
        return result;
    }

    private void TakeValue(ref Utf8JsonReader reader)
    {
        var isError = reader.ValueTextEquals("error"u8);
        var isBody = isError || reader.ValueTextEquals("ok"u8)
            || reader.ValueTextEquals("message"u8) || reader.ValueTextEquals("summary"u8);
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        if (isBody)
        {
            Body = Utf8[start..(int)reader.BytesConsumed];
            IsError |= isError;
        }
    }

    private static string? EventName(ref Utf8JsonReader reader)
        => reader.ValueTextEquals("message"u8) ? "message"
            : reader.ValueTextEquals("presence"u8) ? "presence"
            : reader.ValueTextEquals("receipt"u8) ? "receipt"
            : reader.ValueTextEquals("typing"u8) ? "typing"
            : reader.GetString();
}
