using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansChat.Client;

/// <summary>Writes commands as UTF-8 JSON.</summary>
internal static class CommandEncoder
{
    // Text goes over a socket, not into a page: escaping every non-ASCII letter would triple it.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly JsonSerializerOptions Reflected = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] Encode(long? id, string command, Action<Utf8JsonWriter>? parameters)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            if (id is { } number)
            {
                writer.WriteNumber("id"u8, number);
            }

            writer.WriteString("do"u8, command);
            parameters?.Invoke(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Copies the properties of any serialisable object, for example an anonymous one.</summary>
    public static Action<Utf8JsonWriter>? PropertiesOf(object? parameters)
    {
        if (parameters is null)
        {
            return null;
        }

        var element = JsonSerializer.SerializeToElement(parameters, Reflected);
        return writer =>
        {
            foreach (var property in element.EnumerateObject())
            {
                property.WriteTo(writer);
            }
        };
    }
}
