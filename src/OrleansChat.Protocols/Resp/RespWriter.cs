using System.Buffers;
using System.Buffers.Text;

namespace OrleansChat.Protocols.Resp;

/// <summary>Writes replies in one of the two versions of the protocol.</summary>
public static class RespWriter
{
    private const int LongestHead = 24;

    /// <summary>Writes a reply.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="value">The reply.</param>
    /// <param name="version">2 or 3.</param>
    public static void Write(IBufferWriter<byte> output, RespValue value, int version)
    {
        switch (value.Kind)
        {
            case RespKind.Simple:
                WriteLine(output, (byte)'+', value.Bytes.Span);
                break;
            case RespKind.Error:
                WriteLine(output, (byte)'-', value.Bytes.Span);
                break;
            case RespKind.Integer:
                WriteHead(output, (byte)':', value.Number);
                break;
            case RespKind.Bulk:
                WriteHead(output, (byte)'$', value.Bytes.Length);
                output.Write(value.Bytes.Span);
                output.Write("\r\n"u8);
                break;
            case RespKind.Null:
                output.Write(version == 3 ? "_\r\n"u8 : "$-1\r\n"u8);
                break;
            case RespKind.NullArray:
                output.Write(version == 3 ? "_\r\n"u8 : "*-1\r\n"u8);
                break;
            case RespKind.Several:
                foreach (RespValue reply in value.Items)
                {
                    Write(output, reply, version);
                }

                break;
            default:
                WriteItems(output, value, version);
                break;
        }
    }

    private static void WriteItems(IBufferWriter<byte> output, RespValue value, int version)
    {
        bool map = value.Kind == RespKind.Map && version == 3;
        byte type = (byte)(map ? '%' : value.Kind == RespKind.Push && version == 3 ? '>' : '*');
        WriteHead(output, type, map ? value.Items.Count / 2 : value.Items.Count);
        foreach (RespValue item in value.Items)
        {
            Write(output, item, version);
        }
    }

    private static void WriteLine(IBufferWriter<byte> output, byte type, ReadOnlySpan<byte> text)
    {
        output.Write([type]);
        output.Write(text);
        output.Write("\r\n"u8);
    }

    private static void WriteHead(IBufferWriter<byte> output, byte type, long number)
    {
        Span<byte> head = output.GetSpan(LongestHead);
        head[0] = type;
        Utf8Formatter.TryFormat(number, head[1..], out int written);
        head[written + 1] = (byte)'\r';
        head[written + 2] = (byte)'\n';
        output.Advance(written + 3);
    }
}
