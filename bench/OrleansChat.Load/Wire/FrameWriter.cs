using System.Buffers.Binary;

namespace OrleansChat.Load;

/// <summary>Client frames (RFC 6455, 5.2). They have to be masked; the key is fixed, so that what never changes is masked once.</summary>
internal static class FrameWriter
{
    public const byte Text = 0x81;
    public const byte Close = 0x88;
    public const byte Pong = 0x8A;

    private static ReadOnlySpan<byte> Key => [0x5A, 0xC3, 0x17, 0xE9];

    /// <summary>A complete frame.</summary>
    public static byte[] Frame(byte kind, ReadOnlySpan<byte> payload)
    {
        var header = HeaderLength(payload.Length);
        var frame = new byte[header + payload.Length];
        frame[0] = kind;
        if (payload.Length < 126)
        {
            frame[1] = (byte)(0x80 | payload.Length);
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            frame[1] = 0x80 | 126;
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        }
        else
        {
            frame[1] = 0x80 | 127;
            BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(2), (ulong)payload.Length);
        }

        Key.CopyTo(frame.AsSpan(header - 4));
        Put(frame, header, 0, payload);
        return frame;
    }

    /// <summary>Where the payload of a frame begins.</summary>
    public static int HeaderLength(int payload) => payload < 126 ? 6 : payload <= ushort.MaxValue ? 8 : 14;

    /// <summary>Writes part of the payload, masked.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="header">The length of its header.</param>
    /// <param name="offset">Where in the payload.</param>
    /// <param name="part">What to write there.</param>
    public static void Put(Span<byte> frame, int header, int offset, ReadOnlySpan<byte> part)
    {
        var target = frame.Slice(header + offset, part.Length);
        for (var i = 0; i < part.Length; i++)
        {
            target[i] = (byte)(part[i] ^ Key[(offset + i) & 3]);
        }
    }
}
