using System.Globalization;
using System.Text;

namespace OrleansChat.Chaos.Fuzzing;

/// <summary>Makes inputs out of inputs: single bits and bytes, and whole pieces of the grammar.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> tokens)
{
    private const int Longest = 12_000;
    private const int MostSteps = 5;

    private static readonly string[] Numbers =
    [
        "0", "-1", "1", "2", "15", "16", "17", "31", "32", "33", "127", "128", "255", "256", "1023", "1024", "1025", "4095", "4096", "4097", "65535", "65536", "65537",
        "2147483647", "2147483648", "-2147483648", "4294967296", "9007199254740992", "9007199254740993", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "18446744073709551615", "18446744073709551616", "1e400", "1.5", "00", "+1", "0x10", "99999999999999999999999999",
    ];

    private static readonly byte[][] Ugly =
    [
        [0xff], [0xfe], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc3], [0xe2, 0x80], "\\ud800"u8.ToArray(), "\\udc00\\ud800"u8.ToArray(), "\\u0000"u8.ToArray(),
        "\u202e\u200b\u2066"u8.ToArray(), "\ud83d\ude00"u8.ToArray(), "e\u0301\u0301\u0301"u8.ToArray(), "\ufeff"u8.ToArray(), [0], [0x1b, (byte)'['], "\r\n"u8.ToArray(), "\n"u8.ToArray(), [0x1e],
    ];

    /// <param name="input">What to begin with.</param>
    /// <param name="other">Another input, a piece of which may go in.</param>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        List<byte> bytes = [.. input];
        for (int steps = 1 + random.Next(MostSteps); steps > 0; steps--)
        {
            Step(bytes, other);
        }

        if (bytes.Count > Longest)
        {
            bytes.RemoveRange(Longest, bytes.Count - Longest);
        }

        return [.. bytes];
    }

    private void Step(List<byte> bytes, byte[] other)
    {
        int at = random.Next(bytes.Count + 1);
        int length = Math.Min(bytes.Count - at, 1 + random.Next(random.Next(3) == 0 ? 64 : 8));
        switch (random.Next(12))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 4:
                bytes.RemoveRange(at, length);
                bytes.InsertRange(at, Token());
                break;
            case 5:
                bytes.InsertRange(at, Ugly[random.Next(Ugly.Length)]);
                break;
            case 6:
                ReplaceNumber(bytes, at);
                break;
            case 7 when other.Length > 0:
                int from = random.Next(other.Length);
                bytes.RemoveRange(at, random.Next(2) == 0 ? bytes.Count - at : length);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(other.Length - from, 1 + random.Next(128))).ToArray());
                break;
            case 8 when random.Next(8) == 0:
                byte[] token = Token();
                bytes.InsertRange(at, Enumerable.Repeat(token, Math.Min(1 << random.Next(13), Longest / Math.Max(1, token.Length))).SelectMany(one => one));
                break;
            case 9:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            default:
                bytes.InsertRange(at, Token());
                break;
        }
    }

    private byte[] Token() => tokens[random.Next(tokens.Count)];

    // Lengths and counts are where parsers trust most.
    private void ReplaceNumber(List<byte> bytes, int near)
    {
        int begin = bytes.FindIndex(near, static one => char.IsAsciiDigit((char)one));
        if (begin < 0)
        {
            return;
        }

        int end = begin;
        while (end < bytes.Count && char.IsAsciiDigit((char)bytes[end]))
        {
            end++;
        }

        string number = Encoding.ASCII.GetString([.. bytes.GetRange(begin, end - begin)]);
        bytes.RemoveRange(begin, end - begin);
        bytes.InsertRange(begin, Encoding.ASCII.GetBytes(
            random.Next(2) == 0 && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
                ? unchecked(value + random.Next(-2, 3)).ToString(CultureInfo.InvariantCulture)
                : Numbers[random.Next(Numbers.Length)]));
    }
}
