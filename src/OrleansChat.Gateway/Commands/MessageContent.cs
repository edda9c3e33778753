using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansChat.Gateway.Commands;

/// <summary>
/// The content of a message as it is stored: JSON members, each with a comma before it. Checked here once; after this the bytes travel as they are.
/// </summary>
internal static class MessageContent
{
    private const int MaxMentions = 20;

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 16 };

    /// <summary>Puts the content together.</summary>
    /// <param name="text">The text; may be empty when there are attachments or data.</param>
    /// <param name="replyTo">The number of the message that this one answers.</param>
    /// <param name="attachments">A JSON array.</param>
    /// <param name="data">A JSON object.</param>
    /// <param name="limits">The limits.</param>
    public static Result<byte[]> Build(string? text, long? replyTo, JsonElement? attachments, JsonElement? data, ChatLimits limits)
    {
        text ??= string.Empty;
        int bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > limits.Text)
        {
            return ChatError.TooLarge.Because($"A text has at most {limits.Text} bytes.");
        }

        if (bytes == 0 && attachments is null && data is null)
        {
            return ChatError.BadRequest.Because("text is missing.");
        }

        var buffer = new ArrayBufferWriter<byte>(bytes + 64);
        buffer.Write(",\"text\":"u8);
        JsonText.Write(buffer, text);
        if (text.Contains('@', StringComparison.Ordinal))
        {
            WriteMentions(buffer, text);
        }

        if (replyTo is { } target)
        {
            buffer.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $",\"replyTo\":{target}")));
        }

        return WriteElement(buffer, ",\"attachments\":"u8, attachments, JsonValueKind.Array, limits)
            ?? WriteElement(buffer, ",\"data\":"u8, data, JsonValueKind.Object, limits)
            ?? (Result<byte[]>)buffer.WrittenSpan.ToArray();
    }

    /// <summary>The members of an edit, without a comma before the first.</summary>
    public static Result<byte[]> BuildEdit(string text, ChatLimits limits)
    {
        Result<byte[]> content = Build(text, null, null, null, limits);
        if (!content.IsOk)
        {
            return content.Error;
        }

        // Mentions of the earlier text must not outlive it.
        ReadOnlySpan<byte> rest = content.Value.AsSpan(1);
        return text.Contains('@', StringComparison.Ordinal) && rest.IndexOf(",\"mentions\":"u8) >= 0
            ? rest.ToArray()
            : (byte[])[.. rest, .. ",\"mentions\":[]"u8];
    }

    /// <summary>Names after an @ at the beginning of the text or after something that is no name character.</summary>
    internal static IReadOnlyList<string> Mentions(string text)
    {
        var names = new List<string>();
        for (int at = text.IndexOf('@', StringComparison.Ordinal); at >= 0 && names.Count < MaxMentions; at = text.IndexOf('@', at + 1))
        {
            int end = at + 1;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '.' or '_' or '-'))
            {
                end++;
            }

            bool begins = at == 0 || !char.IsLetterOrDigit(text[at - 1]);
            string word = text[(at + 1)..end].TrimEnd('.', '-', '_');
            if (begins && Names.TryUser(word, out string? name) && !names.Contains(name))
            {
                names.Add(name);
            }
        }

        return names;
    }

    private static void WriteMentions(ArrayBufferWriter<byte> buffer, string text)
    {
        IReadOnlyList<string> names = Mentions(text);
        if (names.Count > 0)
        {
            buffer.Write(Encoding.ASCII.GetBytes($",\"mentions\":[{string.Join(',', names.Select(name => $"\"{name}\""))}]"));
        }
    }

    private static ChatError? WriteElement(
        ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> before, JsonElement? element, JsonValueKind kind, ChatLimits limits)
    {
        if (element is not { } value)
        {
            return null;
        }

        if (value.ValueKind != kind)
        {
            return ChatError.BadRequest.Because("attachments must be a list and data an object.");
        }

        // Written anew: no line breaks between the members, which would end a frame's line, and no invalid text inside.
        var json = new ArrayBufferWriter<byte>(256);
        try
        {
            using var writer = new Utf8JsonWriter(json, Compact);
            value.WriteTo(writer);
        }
        catch (InvalidOperationException)
        {
            return ChatError.BadRequest.Because("attachments or data are nested too deeply or are not valid Unicode.");
        }

        if (json.WrittenCount > limits.Attachments)
        {
            return ChatError.TooLarge.Because($"attachments and data have at most {limits.Attachments} bytes each.");
        }

        buffer.Write(before);
        buffer.Write(json.WrittenSpan);
        return null;
    }
}
