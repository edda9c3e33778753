using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace OrleansChat.Gateway.FrontEnds.Rest.Requests;

/// <summary>Builds the parameters of a native command.</summary>
internal sealed class CommandJson
{
    private static readonly JsonWriterOptions Writing = new() { SkipValidation = true };

    private readonly List<Action<Utf8JsonWriter>> _members = [];

    public CommandJson Add(string name, string value) => Add(writer => writer.WriteString(name, value));

    public CommandJson Add(string name, long value) => Add(writer => writer.WriteNumber(name, value));

    public CommandJson Add(string name, bool value) => Add(writer => writer.WriteBoolean(name, value));

    /// <summary>Copies a value as the client wrote it: whether it is of the right kind is for the command to say.</summary>
    public CommandJson Add(string name, JsonElement value) => Add(writer =>
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
    });

    public JsonElement Build()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            writer.WriteStartObject();
            _members.ForEach(write => write(writer));
            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private CommandJson Add(Action<Utf8JsonWriter> member)
    {
        _members.Add(member);
        return this;
    }
}
