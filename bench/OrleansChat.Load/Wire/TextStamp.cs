using System.Buffers.Text;
using System.Diagnostics;

namespace OrleansChat.Load;

/// <summary>What every message's text starts with: <c>t[16 hex]s[4 hex]n[8 hex]</c> - when it was sent, by which sender, and its number among that sender's.</summary>
internal readonly record struct TextStamp(long Time, int Sender, int Number)
{
    public const int Length = 31;

    /// <summary>The generator's clock, in nanoseconds.</summary>
    public static long Now => Stopwatch.Frequency == 1_000_000_000 ? Stopwatch.GetTimestamp() : Stopwatch.GetTimestamp() * (1_000_000_000 / Stopwatch.Frequency);

    public void Write(Span<byte> text)
    {
        text[0] = (byte)'t';
        Hex((ulong)Time, text.Slice(1, 16));
        text[17] = (byte)'s';
        Hex((ulong)Sender, text.Slice(18, 4));
        text[22] = (byte)'n';
        Hex((ulong)Number, text.Slice(23, 8));
    }

    public static bool TryRead(ReadOnlySpan<byte> text, out TextStamp stamp)
    {
        stamp = default;
        if (text.Length < Length || text[0] != 't' || text[17] != 's' || text[22] != 'n'
            || !Utf8Parser.TryParse(text.Slice(1, 16), out long time, out var read, 'x') || read != 16
            || !Utf8Parser.TryParse(text.Slice(18, 4), out int sender, out read, 'x') || read != 4
            || !Utf8Parser.TryParse(text.Slice(23, 8), out int number, out read, 'x') || read != 8)
        {
            return false;
        }

        stamp = new TextStamp(time, sender, number);
        return true;
    }

    private static void Hex(ulong value, Span<byte> digits)
    {
        for (var i = digits.Length - 1; i >= 0; i--, value >>= 4)
        {
            digits[i] = "0123456789abcdef"u8[(int)(value & 15)];
        }
    }
}
