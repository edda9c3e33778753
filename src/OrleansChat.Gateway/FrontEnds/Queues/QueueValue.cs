using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansChat.Gateway.Commands;
using OrleansChat.Queues;

namespace OrleansChat.Gateway.FrontEnds.Queues;

/// <summary>What somebody posts: a text, or another JSON value, which is kept as its text.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsJson">Whether it is a JSON value other than a string.</param>
internal readonly record struct QueueValue(string Text, bool IsJson)
{
    private const int MaxDepth = 32;
    private const string Member = "value";

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };
    private static readonly JsonElement JsonData = Mark(QueueItem.JsonMark);
    private static readonly JsonElement TextData = Mark(QueueItem.TextMark);

    /// <summary>The data of the message, which says how its text is meant; null for a text like any other.</summary>
    public JsonElement? Data => IsJson ? JsonData : Text.Length == 0 ? TextData : null;

    /// <summary>A JSON value.</summary>
    /// <exception cref="BadArgumentException">It holds text that is not valid Unicode.</exception>
    public static QueueValue Of(JsonElement json)
    {
        try
        {
            return json.ValueKind == JsonValueKind.String
                ? new QueueValue(json.GetString()!, false)
                : new QueueValue(Encoding.UTF8.GetString(Written(json)), true);
        }
        catch (InvalidOperationException)
        {
            throw new BadArgumentException("The value is not valid Unicode.");
        }
    }

    /// <summary>What a WebSocket client publishes: <c>{"value":..}</c>, or the text as it stands.</summary>
    public static QueueValue OfFrame(ReadOnlySpan<byte> frame)
    {
        if (frame.TrimStart(" \t\r\n"u8).StartsWith("{"u8))
        {
            try
            {
                if (JsonElement.Parse(frame, Strict).TryGetProperty(Member, out JsonElement value))
                {
                    return Of(value);
                }
            }
            catch (Exception failure) when (failure is JsonException or InvalidOperationException)
            {
                // A text that only looks like JSON; or half a surrogate in a member's name.
            }
        }

        return new QueueValue(Encoding.UTF8.GetString(frame), false);
    }

    /// <summary>The JSON of a text that was posted as JSON; null when it is none (any more, after an edit).</summary>
    public static byte[]? Read(string text)
    {
        try
        {
            return Written(JsonElement.Parse(Encoding.UTF8.GetBytes(text)));
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // Written anew: on one line, and without what is not valid Unicode.
    private static byte[] Written(JsonElement json)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static JsonElement Mark(string how) => JsonElement.Parse(Encoding.UTF8.GetBytes($$"""{"{{QueueItem.Mark}}":"{{how}}"}"""));
}
