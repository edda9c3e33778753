using System.Buffers.Binary;

namespace OrleansChat.Load;

/// <summary>Server frames (RFC 6455, 5.2), which are not masked.</summary>
internal static class FrameReader
{
    public const int Continuation = 0;
    public const int Text = 1;
    public const int Close = 8;
    public const int Ping = 9;

    /// <summary>Takes the first frame off the front; false when it is not all there yet.</summary>
    /// <param name="bytes">What was received; advanced past the frame.</param>
    /// <param name="kind">The opcode.</param>
    /// <param name="final">Whether the message ends with this frame.</param>
    /// <param name="payload">The frame's payload.</param>
    public static bool TryRead(ref ReadOnlySpan<byte> bytes, out int kind, out bool final, out ReadOnlySpan<byte> payload)
    {
        kind = 0;
        final = false;
        payload = default;
        if (bytes.Length < 2)
        {
            return false;
        }

        long length = bytes[1] & 0x7F;
        var header = length switch { 126 => 4, 127 => 10, _ => 2 };
        if (bytes.Length < header)
        {
            return false;
        }

        length = length switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            127 => BinaryPrimitives.ReadInt64BigEndian(bytes[2..]),
            _ => length,
        };
        if (bytes.Length - header < length)
        {
            return false;
        }

        kind = bytes[0] & 0x0F;
        final = (bytes[0] & 0x80) != 0;
        payload = bytes.Slice(header, (int)length);
        bytes = bytes[(header + (int)length)..];
        return true;
    }
}
