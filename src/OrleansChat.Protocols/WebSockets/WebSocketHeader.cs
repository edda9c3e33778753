using System.Buffers.Binary;

namespace OrleansChat.Protocols.WebSockets;

/// <summary>The header of a WebSocket frame (RFC 6455, 5.2).</summary>
/// <param name="Opcode">What the frame is: one of the constants.</param>
/// <param name="Final">Whether the message ends with it.</param>
/// <param name="Length">The length of the payload, in bytes.</param>
/// <param name="Mask">What a client's payload is masked with, in the order of the bytes on the wire.</param>
public readonly record struct WebSocketHeader(int Opcode, bool Final, long Length, uint Mask)
{
    /// <summary>A further fragment of a message.</summary>
    public const int Continuation = 0;

    /// <summary>A text, or its first fragment.</summary>
    public const int Text = 1;

    /// <summary>Bytes, or their first fragment.</summary>
    public const int Binary = 2;

    /// <summary>The other side says nothing more.</summary>
    public const int Close = 8;

    /// <summary>Wants a <see cref="Pong"/>.</summary>
    public const int Ping = 9;

    /// <summary>The answer to a <see cref="Ping"/>.</summary>
    public const int Pong = 10;

    /// <summary>The longest payload of a control frame, in bytes.</summary>
    public const int MaxControl = 125;

    /// <summary>The longest header that a client sends, in bytes.</summary>
    public const int MaxLength = 14;

    /// <summary>The longest header that a server sends, in bytes: it masks nothing.</summary>
    public const int MaxServerLength = 10;

    /// <summary>Whether it is a control frame, which may stand between the fragments of a message.</summary>
    public bool IsControl => Opcode >= Close;

    /// <summary>How long the header is whose first two bytes these are, in bytes, the mask included.</summary>
    public static int LengthOf(byte second) => 2 + ((second & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 }) + ((second & 0x80) != 0 ? 4 : 0);

    /// <summary>Reads a client's header that is there as a whole. False when no client may send it.</summary>
    /// <param name="bytes">Its bytes, as many as <see cref="LengthOf"/> says.</param>
    /// <param name="header">The header.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out WebSocketHeader header)
    {
        int opcode = bytes[0] & 0x0F;
        bool final = (bytes[0] & 0x80) != 0;
        int at = 2;
        long length = bytes[1] & 0x7F;
        if (length == 126)
        {
            length = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
            at += 2;
        }
        else if (length == 127)
        {
            length = BinaryPrimitives.ReadInt64BigEndian(bytes[at..]);
            at += 8;
        }

        bool masked = (bytes[1] & 0x80) != 0;
        header = new WebSocketHeader(opcode, final, length, masked ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) : 0);
        bool reserved = (bytes[0] & 0x70) != 0;
        bool known = opcode is Continuation or Text or Binary or Close or Ping or Pong;
        return masked && !reserved && known && length >= 0 && (!header.IsControl || (final && length <= MaxControl));
    }

    /// <summary>Writes the header of a server's whole message or control frame, and returns its length.</summary>
    public static int Write(Span<byte> target, int opcode, int length)
    {
        target[0] = (byte)(0x80 | opcode);
        if (length < 126)
        {
            target[1] = (byte)length;
            return 2;
        }

        if (length <= ushort.MaxValue)
        {
            target[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)length);
            return 4;
        }

        target[1] = 127;
        BinaryPrimitives.WriteInt64BigEndian(target[2..], length);
        return 10;
    }
}
