using System.Text.Unicode;

namespace OrleansChat.Protocols.EngineIo;

/// <summary>An Engine.IO v4 packet. Only messages can be binary.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Data">What follows the kind: UTF-8 text, or bytes when binary. Owned by whoever made the packet.</param>
/// <param name="IsBinary">Whether <paramref name="Data"/> is bytes rather than text.</param>
public readonly record struct EnginePacket(EnginePacketType Type, ReadOnlyMemory<byte> Data = default, bool IsBinary = false)
{
    /// <summary>The length of the packet as one text frame, in bytes.</summary>
    public int FrameLength => IsBinary ? Data.Length : Data.Length + 1;

    /// <summary>What a text frame begins with: the digit that stands for the kind.</summary>
    public byte Mark => (byte)('0' + (int)Type);

    /// <summary>A text message.</summary>
    public static EnginePacket Text(ReadOnlyMemory<byte> data) => new(EnginePacketType.Message, data);

    /// <summary>A binary message.</summary>
    public static EnginePacket Binary(ReadOnlyMemory<byte> data) => new(EnginePacketType.Message, data, IsBinary: true);

    /// <summary>Reads a text frame of a WebSocket: one packet. False when it is not one. The data points into the frame.</summary>
    public static bool TryReadText(ReadOnlyMemory<byte> frame, out EnginePacket packet)
    {
        packet = default;
        if (frame.IsEmpty || frame.Span[0] is < (byte)'0' or > (byte)'6' || !Utf8.IsValid(frame.Span))
        {
            return false;
        }

        packet = new EnginePacket((EnginePacketType)(frame.Span[0] - '0'), frame[1..]);
        return true;
    }

    /// <summary>Writes the packet as a WebSocket frame, whose kind is <see cref="IsBinary"/>. The answer is the length.</summary>
    /// <param name="frame">At least <see cref="FrameLength"/> long.</param>
    public int WriteFrame(Span<byte> frame)
    {
        if (IsBinary)
        {
            Data.Span.CopyTo(frame);
            return Data.Length;
        }

        frame[0] = Mark;
        Data.Span.CopyTo(frame[1..]);
        return Data.Length + 1;
    }
}
