using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansChat.Redis.Conversations;

/// <summary>Merges what edits and reactions made of a message into its stored form (the overlay's layout is in <c>change.lua</c>).</summary>
internal static class MessageOverlay
{
    // The result is JSON in JSON, never put into HTML: escaping every non-ASCII letter would only make it longer.
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Apply(byte[] message, byte[] patch, byte[] edited)
    {
        if (patch.Length == 0 || message.Length == 0)
        {
            return message;
        }

        using JsonDocument original = JsonDocument.Parse(message);
        using JsonDocument overlay = JsonDocument.Parse(patch);
        using JsonDocument? fragment = edited.Length == 0 ? null : JsonDocument.Parse((byte[])[(byte)'{', .. edited, (byte)'}']);
        var buffer = new ArrayBufferWriter<byte>(message.Length + edited.Length + patch.Length + 64);
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            writer.WriteStartObject();
            foreach (JsonProperty member in original.RootElement.EnumerateObject())
            {
                if (fragment is null || !fragment.RootElement.TryGetProperty(member.Name, out _))
                {
                    member.WriteTo(writer);
                }
            }

            foreach (JsonProperty member in fragment?.RootElement.EnumerateObject() ?? default)
            {
                member.WriteTo(writer);
            }

            if (overlay.RootElement.TryGetProperty("e", out JsonElement at))
            {
                writer.WriteNumber("edited", at.GetInt64());
            }

            if (overlay.RootElement.TryGetProperty("r", out JsonElement reactions))
            {
                WriteReactions(writer, reactions);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteReactions(Utf8JsonWriter writer, JsonElement reactions)
    {
        writer.WriteStartObject("reactions");
        foreach (JsonElement reaction in reactions.EnumerateArray())
        {
            writer.WritePropertyName(reaction[0].GetString()!);
            reaction[1].WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
