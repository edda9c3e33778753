using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace OrleansChat.Protocols.Native;

/// <summary>
/// A command of the native door: one JSON object on one line, <c>{"id":7,"do":"send",...}</c>. The document is rented: dispose it when the
/// command is done.
/// </summary>
public sealed class NativeLine : IDisposable
{
    /// <summary>How deep a command may be nested.</summary>
    public const int MaxDepth = 32;

    /// <summary>The longest <c>id</c>, in bytes of its JSON form.</summary>
    public const int MaxIdLength = 66;

    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = MaxDepth };

    private readonly JsonDocument _document;

    private NativeLine(JsonDocument document, string? id, string command)
    {
        _document = document;
        Id = id;
        Command = command;
    }

    /// <summary>The <c>id</c> in its JSON form, ready to be repeated in the reply; null when the client wants no reply.</summary>
    public string? Id { get; }

    /// <summary>The value of <c>do</c>.</summary>
    public string Command { get; }

    /// <summary>The whole object: parameters stand beside <c>id</c> and <c>do</c>.</summary>
    public JsonElement Parameters => _document.RootElement;

    /// <summary>Splits a frame's first line off. Lines end with LF; the last one needs none.</summary>
    public static ReadOnlyMemory<byte> NextLine(ref ReadOnlyMemory<byte> frame)
    {
        int end = frame.Span.IndexOf((byte)'\n');
        ReadOnlyMemory<byte> line = end < 0 ? frame : frame[..end];
        frame = end < 0 ? default : frame[(end + 1)..];
        return line;
    }

    /// <summary>Whether a line holds nothing but white space.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> line) => line.Trim(" \t\r"u8).IsEmpty;

    /// <summary>Reads a command. False when the line is not one; <paramref name="id"/> is then set where it could be read.</summary>
    /// <param name="line">UTF-8. It must stay unchanged until the result is disposed.</param>
    /// <param name="command">The command.</param>
    /// <param name="id">The <c>id</c> for the error reply, in its JSON form.</param>
    public static bool TryRead(ReadOnlyMemory<byte> line, [NotNullWhen(true)] out NativeLine? command, out string? id)
    {
        command = null;
        id = null;
        if (!Utf8.IsValid(line.Span))
        {
            return false;
        }

        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(line, Reading);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !TryReadId(root, out id)
                || !root.TryGetProperty("do", out JsonElement verb)
                || verb.ValueKind != JsonValueKind.String)
            {
                return false;
            }

            command = new NativeLine(document, id, verb.GetString()!);
            document = null;
            return true;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair.
            return false;
        }
        finally
        {
            document?.Dispose();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _document.Dispose();

    private static bool TryReadId(JsonElement root, out string? id)
    {
        id = null;
        if (!root.TryGetProperty("id", out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (value.ValueKind is not (JsonValueKind.Number or JsonValueKind.String))
        {
            return false;
        }

        string raw = value.GetRawText();
        if (raw.Length > MaxIdLength)
        {
            return false;
        }

        id = raw;
        return true;
    }
}
