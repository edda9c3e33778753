using System.Globalization;
using System.Text;

namespace OrleansChat.Cli.Terminal;

/// <summary>
/// The words of others, made harmless. A terminal obeys control characters, and the controls of bidirectional text can put a message's
/// end before its beginning: both are shown as <c>\u001b</c> instead of being obeyed. Marks without such power, and letters of every
/// script, stay as they are.
/// </summary>
internal static class SafeText
{
    /// <summary>One line: what would break it is shown, so that nobody can write a line that seems to be another's.</summary>
    public static string Line(string? text)
    {
        if (text is null || !text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.Any(IsDangerous))
        {
            return text ?? "";
        }

        StringBuilder line = new(text.Length + 16);
        foreach (char c in text.ReplaceLineEndings("\n").TrimEnd('\n'))
        {
            _ = c switch
            {
                '\n' => line.Append(" ↵ "),
                '\t' => line.Append(' '),
                _ when IsDangerous(c) => Escape(line, c),
                _ => line.Append(c),
            };
        }

        return line.ToString();
    }

    /// <summary>JSON of one line, of the same value: what JSON allows to stand in a string unescaped is escaped where a terminal would obey it.</summary>
    public static string Json(string json)
    {
        if (!json.Any(IsDangerous))
        {
            return json;
        }

        StringBuilder line = new(json.Length + 16);
        foreach (char c in json)
        {
            _ = IsDangerous(c) ? Escape(line, c) : line.Append(c);
        }

        return line.ToString();
    }

    private static StringBuilder Escape(StringBuilder line, char c) => line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");

    private static bool IsDangerous(char c) =>
        char.IsControl(c)
        || c is '\u2028' or '\u2029'
        // Embeddings, overrides and isolates; not the marks (200E, 200F, 061C), which only settle the direction of their neighbours.
        or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069')
        // Interlinear annotation hides what stands inside.
        or (>= '\ufff9' and <= '\ufffb');
}
