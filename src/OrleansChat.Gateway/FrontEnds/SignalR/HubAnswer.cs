using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.SignalR;

namespace OrleansChat.Gateway.FrontEnds.SignalR;

/// <summary>The answer of a command as the JSON that it already is.</summary>
/// <param name="json">A JSON object, UTF-8.</param>
/// <param name="written">Called when the answer is on its way: whatever is sent from then on comes after it.</param>
[JsonConverter(typeof(Converter))]
internal sealed class HubAnswer(ReadOnlyMemory<byte> json, Action? written = null)
{
    /// <summary>A refusal as clients of a hub get it: the message begins with the error's name.</summary>
    public static HubException Refusal(ChatError error) => new(Words(error));

    /// <summary>The message of a refusal.</summary>
    public static string Words(ChatError error) => $"{error.Name}: {error.Message}";

    private sealed class Converter : JsonConverter<HubAnswer>
    {
        public override HubAnswer Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Answers are only written.");

        // The protocol writes a message while it holds the connection's lock, so that no other comes in between.
        public override void Write(Utf8JsonWriter writer, HubAnswer value, JsonSerializerOptions options) => value.WriteTo(writer);
    }

    private void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteRawValue(json.Span, skipInputValidation: true);
        written?.Invoke();
    }
}
