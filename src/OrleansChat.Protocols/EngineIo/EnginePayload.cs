using System.Buffers;
using System.Buffers.Text;

namespace OrleansChat.Protocols.EngineIo;

/// <summary>What reading one packet from a payload came to.</summary>
public enum EnginePayloadStatus
{
    /// <summary>A packet was read.</summary>
    Packet,

    /// <summary>The bytes end before the packet does; nothing was consumed.</summary>
    NeedsMore,

    /// <summary>The bytes are not a payload.</summary>
    Invalid,
}

/// <summary>
/// The body of a long-polling request or response: packets separated by the record separator 0x1e, binary messages as <c>b</c> and base64.
/// </summary>
public static class EnginePayload
{
    private const byte Separator = 0x1e;
    private const byte BinaryMark = (byte)'b';

    /// <summary>Reads the next packet and moves <paramref name="rest"/> past it. Text points into the payload, binary data is its own.</summary>
    /// <param name="rest">What has not been read yet.</param>
    /// <param name="complete">Whether the payload ends where <paramref name="rest"/> does.</param>
    /// <param name="packet">The packet.</param>
    public static EnginePayloadStatus TryRead(ref ReadOnlyMemory<byte> rest, bool complete, out EnginePacket packet)
    {
        packet = default;
        int end = rest.Span.IndexOf(Separator);
        if (end < 0 && !complete)
        {
            return EnginePayloadStatus.NeedsMore;
        }

        ReadOnlyMemory<byte> text = end < 0 ? rest : rest[..end];
        if (!TryReadOne(text, out packet) || (end >= 0 && end == rest.Length - 1 && complete))
        {
            return EnginePayloadStatus.Invalid;
        }

        rest = end < 0 ? default : rest[(end + 1)..];
        return EnginePayloadStatus.Packet;
    }

    /// <summary>Writes packets as one payload.</summary>
    public static void Write(IReadOnlyList<EnginePacket> packets, IBufferWriter<byte> into)
    {
        for (int i = 0; i < packets.Count; i++)
        {
            if (i > 0)
            {
                into.Write([Separator]);
            }

            WriteOne(packets[i], into);
        }
    }

    private static bool TryReadOne(ReadOnlyMemory<byte> text, out EnginePacket packet)
    {
        if (text.IsEmpty || text.Span[0] != BinaryMark)
        {
            return EnginePacket.TryReadText(text, out packet);
        }

        packet = default;
        ReadOnlySpan<byte> encoded = text.Span[1..];
        if (!Base64.IsValid(encoded, out int length))
        {
            return false;
        }

        byte[] data = new byte[length];
        if (Base64.DecodeFromUtf8(encoded, data, out _, out int written) != OperationStatus.Done || written != length)
        {
            return false;
        }

        packet = EnginePacket.Binary(data);
        return true;
    }

    private static void WriteOne(EnginePacket packet, IBufferWriter<byte> into)
    {
        if (!packet.IsBinary)
        {
            into.Advance(packet.WriteFrame(into.GetSpan(packet.FrameLength)));
            return;
        }

        into.Write([BinaryMark]);
        Span<byte> encoded = into.GetSpan(Base64.GetMaxEncodedToUtf8Length(packet.Data.Length));
        Base64.EncodeToUtf8(packet.Data.Span, encoded, out _, out int written);
        into.Advance(written);
    }
}
