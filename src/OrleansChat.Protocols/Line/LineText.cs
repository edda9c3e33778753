using System.Buffers;
using System.Text;

namespace OrleansChat.Protocols.Line;

/// <summary>Texts as they go out on a line.</summary>
public static class LineText
{
    private const char Replacement = '\uFFFD';

    private static readonly SearchValues<char> Suspects = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(char.IsControl), '\u2028', '\u2029']);

    /// <summary>
    /// A text on one line: each line break becomes a space. Other control characters are replaced, since a terminal would obey them: nobody
    /// may move another's cursor or rename their window.
    /// </summary>
    public static string OnOneLine(string text)
    {
        if (text.AsSpan().IndexOfAny(Suspects) < 0)
        {
            return text;
        }

        var line = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c is '\r' && i + 1 < text.Length && text[i + 1] == '\n')
            {
                continue;
            }

            line.Append(c is '\r' or '\n' or '\v' or '\f' or '\u0085' or '\u2028' or '\u2029' ? ' '
                : char.IsControl(c) && c != '\t' ? Replacement
                : c);
        }

        return line.ToString();
    }
}
