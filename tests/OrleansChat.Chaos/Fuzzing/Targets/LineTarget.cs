using OrleansChat.Protocols.Line;

namespace OrleansChat.Chaos.Fuzzing.Targets;

/// <summary>Lines of the line door with telnet's commands between, whole and in pieces, and what commands make of them.</summary>
internal static class LineTarget
{
    private static readonly LineShape[] Shapes =
    [
        new(0), new(1), new(2), new(1, 1), new(0, 2, LineTail.Optional), new(1, 0, LineTail.Required), new(0, 1, LineTail.Required),
    ];

    public static FuzzTarget Create() => new(
        "line",
        ["NICK alice secret\r\n", "MSG bob hello there\nQUIT\n", "\u00ff\u00fd\u0001WHO\r\n", "\u00ff\u00fa\u0018\u0000xterm\u00ff\u00f0LIST\n", "SAY  g \u00c3\u00a9\t\u001b[2J\n", "\r\r\n", "\u00ff\u00ff\n", "a\u00c3\n"],
        ["\n", "\r\n", "\r", " ", "\t", "NICK ", "MSG bob ", "\u00ff", "\u00ff\u00fa", "\u00ff\u00f0", "\u00ff\u00fb\u0001", "\u00ff\u00ff", "\u00c3\u00a9", "\u001b[31m", "\u0000", "\u0007", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "\u00e2\u0080\u00a8"],
        Parse);

    private static string Parse(byte[] input)
    {
        List<LineRead> whole = Read([input]);
        FuzzTarget.Demand(whole.SequenceEqual(Read(FuzzTarget.Pieces(input))), "lines in pieces are other lines");
        HashSet<string> kinds = [];
        foreach (LineRead line in whole)
        {
            FuzzTarget.Demand(line.Text.Length <= LineDecoder.MaxLength && !line.Text.Contains('\n', StringComparison.Ordinal), "a line is too long or more than one");
            kinds.Add(line.Kind == LineKind.Text ? Look(line.Text) : $"{line.Kind}");
        }

        return $"{FuzzTarget.Magnitude(whole.Count)} {string.Join(' ', kinds.Order(StringComparer.Ordinal).Take(2))}";
    }

    private static List<LineRead> Read(IEnumerable<byte[]> pieces)
    {
        var decoder = new LineDecoder();
        List<LineRead> lines = [];
        foreach (byte[] piece in pieces)
        {
            ReadOnlySpan<byte> rest = piece;
            while (decoder.TryRead(ref rest, out LineRead line))
            {
                lines.Add(line);
            }

            FuzzTarget.Demand(rest.IsEmpty, "a part of the input was left");
        }

        return lines;
    }

    private static string Look(string text)
    {
        string shown = LineText.OnOneLine(text);
        FuzzTarget.Demand(!shown.Any(c => char.IsControl(c) && c != '\t') && LineText.OnOneLine(shown) == shown, "a terminal would obey a text");
        (string name, string after) = LineArguments.Split(text);
        FuzzTarget.Demand(!name.Contains(' ', StringComparison.Ordinal) && !name.Contains('\t', StringComparison.Ordinal), "a name has a space");
        string fits = string.Concat(Shapes.Select(shape =>
        {
            if (!LineArguments.TryRead(after, shape, out LineArguments? arguments))
            {
                return '-';
            }

            FuzzTarget.Demand(arguments.Words.Count >= shape.Words && arguments.Words.Count <= shape.Words + shape.Optional, "there are too many words or too few");
            FuzzTarget.Demand(arguments.Words.All(word => word.Length > 0 && !word.Contains(' ', StringComparison.Ordinal)), "a word is none");
            FuzzTarget.Demand(shape.Tail != LineTail.Required || !string.IsNullOrEmpty(arguments.Text), "a text is missing");
            return '+';
        }));
        return $"{FuzzTarget.Magnitude(text.Length)}{fits}{(shown == text ? "" : "*")}";
    }
}
