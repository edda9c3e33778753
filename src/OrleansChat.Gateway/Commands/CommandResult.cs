using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansChat.Gateway.Commands;

/// <summary>What a command answers: a JSON object, or a refusal.</summary>
/// <param name="Ok">The <c>ok</c> object as UTF-8 JSON; empty when refused.</param>
/// <param name="Error">The refusal; null when done.</param>
internal readonly record struct CommandResult(ReadOnlyMemory<byte> Ok, ChatError? Error)
{
    // A long list grows into it once, instead of leaving one buffer after the other to the collector of large objects each time.
    private const int LargestKept = 1024 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    private static readonly byte[] EmptyObject = "{}"u8.ToArray();

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Done, with nothing to say.</summary>
    public static CommandResult Done => new(EmptyObject, null);

    public static implicit operator CommandResult(ChatError error) => new(default, error);

    /// <summary>An object whose members <paramref name="members"/> writes.</summary>
    public static CommandResult Of<T>(T state, Action<Utf8JsonWriter, T> members)
    {
        // Whoever writes an object within an object gets another one.
        ArrayBufferWriter<byte> buffer = _buffer ?? new ArrayBufferWriter<byte>(256);
        _buffer = null;
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            writer.WriteStartObject();
            members(writer, state);
            writer.WriteEndObject();
        }

        byte[] ok = buffer.WrittenSpan.ToArray();
        if (buffer.Capacity <= LargestKept)
        {
            buffer.ResetWrittenCount();
            _buffer = buffer;
        }

        return new CommandResult(ok, null);
    }

    /// <summary>A page <c>{items, next}</c>.</summary>
    public static CommandResult Page<T>(Page<T> page, Action<Utf8JsonWriter, T> item) =>
        Of((page, item), static (writer, state) =>
        {
            writer.WriteStartArray("items");
            foreach (T one in state.page.Items)
            {
                state.item(writer, one);
            }

            writer.WriteEndArray();
            if (state.page.Next is { } next)
            {
                writer.WriteString("next", next);
            }
            else
            {
                writer.WriteNull("next");
            }
        });
}
