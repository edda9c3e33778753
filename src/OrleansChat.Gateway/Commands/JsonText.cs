using System.Buffers;
using System.Text;

namespace OrleansChat.Gateway.Commands;

/// <summary>
/// Writes a text as a JSON string (RFC 8259) with as few escapes as it allows: quotes, backslashes and control characters. The framework's
/// encoders escape everything beyond the basic plane, which makes an emoji twelve bytes instead of four.
/// </summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(b => (byte)b), (byte)'"', (byte)'\\', 0x7f]);

    public static void Write(ArrayBufferWriter<byte> buffer, string text)
    {
        buffer.Write("\""u8);
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[] utf8 = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            ReadOnlySpan<byte> rest = utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, utf8));
            for (int at = rest.IndexOfAny(Escaped); at >= 0; at = rest.IndexOfAny(Escaped))
            {
                buffer.Write(rest[..at]);
                WriteEscape(buffer, rest[at]);
                rest = rest[(at + 1)..];
            }

            buffer.Write(rest);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8);
        }

        buffer.Write("\""u8);
    }

    private static void WriteEscape(ArrayBufferWriter<byte> buffer, byte b)
    {
        switch (b)
        {
            case (byte)'"':
                buffer.Write("\\\""u8);
                break;
            case (byte)'\\':
                buffer.Write("\\\\"u8);
                break;
            case (byte)'\n':
                buffer.Write("\\n"u8);
                break;
            default:
                buffer.Write([(byte)'\\', (byte)'u', (byte)'0', (byte)'0', Hex(b >> 4), Hex(b & 15)]);
                break;
        }
    }

    private static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10);
}
