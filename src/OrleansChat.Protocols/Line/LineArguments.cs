using System.Diagnostics.CodeAnalysis;

namespace OrleansChat.Protocols.Line;

/// <summary>Whether a command's line ends with free text.</summary>
public enum LineTail
{
    /// <summary>Nothing follows the words.</summary>
    None,

    /// <summary>A text may follow.</summary>
    Optional,

    /// <summary>A text of at least one character must follow.</summary>
    Required,
}

/// <summary>What a command takes: words, then perhaps a text that keeps its spaces.</summary>
/// <param name="Words">How many words there must be.</param>
/// <param name="Optional">How many more there may be.</param>
/// <param name="Tail">Whether a text follows.</param>
public readonly record struct LineShape(int Words, int Optional = 0, LineTail Tail = LineTail.None);

/// <summary>The words and the text after a command's name.</summary>
/// <param name="Words">The words.</param>
/// <param name="Text">The text, from one space after the last word; null when there is none.</param>
public sealed record LineArguments(IReadOnlyList<string> Words, string? Text)
{
    private static readonly char[] Spaces = [' ', '\t'];

    /// <summary>Splits a line into the command's name, in upper case, and what follows the space after it. An empty line has an empty name.</summary>
    public static (string Name, string After) Split(string line)
    {
        (string name, string? rest) = NextWord(line);
        return (name.ToUpperInvariant(), rest ?? string.Empty);
    }

    /// <summary>Reads what follows a command's name. False when it does not have the command's shape.</summary>
    public static bool TryRead(string rest, LineShape shape, [NotNullWhen(true)] out LineArguments? arguments)
    {
        arguments = null;
        var words = new List<string>(shape.Words + shape.Optional);
        string? left = rest;
        while (words.Count < shape.Words + shape.Optional && !string.IsNullOrEmpty(left))
        {
            (string word, left) = NextWord(left);
            if (word.Length > 0)
            {
                words.Add(word);
            }
        }

        string? text = string.IsNullOrEmpty(left) ? null : left;
        bool fits = words.Count >= shape.Words && shape.Tail switch
        {
            LineTail.None => string.IsNullOrEmpty(text?.Trim(Spaces)),
            LineTail.Required => text is not null,
            _ => true,
        };
        if (fits)
        {
            arguments = new LineArguments(words, shape.Tail == LineTail.None ? null : text);
        }

        return fits;
    }

    private static (string Word, string? After) NextWord(string text)
    {
        int begin = 0;
        while (begin < text.Length && Spaces.Contains(text[begin]))
        {
            begin++;
        }

        int end = text.IndexOfAny(Spaces, begin);
        return end < 0 ? (text[begin..], null) : (text[begin..end], text[(end + 1)..]);
    }
}
