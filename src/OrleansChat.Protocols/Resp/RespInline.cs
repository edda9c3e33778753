namespace OrleansChat.Protocols.Resp;

/// <summary>
/// Splits an inline request into words. A word in double quotes may hold <c>\xHH \n \r \t \b \a \\ \"</c>, one in single quotes
/// <c>\'</c>; what follows a closing quote must be white space.
/// </summary>
internal static class RespInline
{
    /// <summary>False when a quote is not closed, is followed by something, or there are too many words.</summary>
    public static bool TrySplit(ReadOnlySpan<byte> line, int most, out List<byte[]> words)
    {
        words = [];
        var word = new List<byte>();
        int at = 0;
        while (true)
        {
            while (at < line.Length && IsSpace(line[at]))
            {
                at++;
            }

            if (at >= line.Length)
            {
                return true;
            }

            word.Clear();
            if (words.Count >= most || !TakeWord(line, ref at, word))
            {
                return false;
            }

            words.Add([.. word]);
        }
    }

    private static bool TakeWord(ReadOnlySpan<byte> line, ref int at, List<byte> word)
    {
        while (at < line.Length && !IsSpace(line[at]))
        {
            byte c = line[at++];
            if (c is not ((byte)'"' or (byte)'\''))
            {
                word.Add(c);
                continue;
            }

            if (!TakeQuoted(line, ref at, word, c))
            {
                return false;
            }

            return at >= line.Length || IsSpace(line[at]);
        }

        return true;
    }

    private static bool TakeQuoted(ReadOnlySpan<byte> line, ref int at, List<byte> word, byte quote)
    {
        while (at < line.Length)
        {
            byte c = line[at++];
            if (c == quote)
            {
                return true;
            }

            if (c != (byte)'\\' || at >= line.Length)
            {
                word.Add(c);
            }
            else if (quote == (byte)'"')
            {
                TakeEscape(line, ref at, word);
            }
            else if (line[at] == (byte)'\'')
            {
                word.Add(line[at++]);
            }
            else
            {
                word.Add(c);
            }
        }

        return false;
    }

    private static void TakeEscape(ReadOnlySpan<byte> line, ref int at, List<byte> word)
    {
        byte c = line[at++];
        if (c == (byte)'x' && at + 1 < line.Length && char.IsAsciiHexDigit((char)line[at]) && char.IsAsciiHexDigit((char)line[at + 1]))
        {
            word.Add((byte)((Hex(line[at]) << 4) | Hex(line[at + 1])));
            at += 2;
            return;
        }

        word.Add(c switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'a' => (byte)'\a',
            _ => c,
        });
    }

    private static int Hex(byte digit) => digit <= (byte)'9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static bool IsSpace(byte c) => c is (byte)' ' or (>= 9 and <= 13) or 0;
}
