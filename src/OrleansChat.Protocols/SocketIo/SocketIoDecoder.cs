using System.Text.Unicode;

namespace OrleansChat.Protocols.SocketIo;

/// <summary>What a message brought.</summary>
public enum SocketIoStatus
{
    /// <summary>A whole packet.</summary>
    Packet,

    /// <summary>A part of one: attachments are missing.</summary>
    NeedsMore,

    /// <summary>Not a packet; the connection is to be closed.</summary>
    Invalid,
}

/// <summary>
/// Puts packets together from the messages of the engine below: one text and as many binary messages as it announces. Not thread-safe.
/// Holds at most <see cref="SocketIoLimits.Bytes"/>, and nothing between packets.
/// </summary>
public sealed class SocketIoDecoder(SocketIoLimits limits)
{
    private SocketIoPacket? _pending;
    private List<ReadOnlyMemory<byte>>? _attachments;
    private int _missing;
    private int _bytes;

    /// <summary>Takes a text message. The packet's data points into it.</summary>
    public SocketIoStatus Add(ReadOnlyMemory<byte> text, out SocketIoPacket? packet)
    {
        packet = null;
        if (_pending is not null || text.Length > limits.Bytes
            || !Utf8.IsValid(text.Span)
            || !SocketIoHeader.TryRead(text.Span, limits, out SocketIoHeader header))
        {
            return Fail();
        }

        ReadOnlyMemory<byte> data = text[header.Length..];
        if (!SocketIoPayload.IsValid(header.Type, data.Span, header.Attachments, limits.Depth))
        {
            return Fail();
        }

        if (header.Attachments == 0)
        {
            packet = new SocketIoPacket(header.Type, header.Namespace, header.Id, data);
            return SocketIoStatus.Packet;
        }

        _attachments = new List<ReadOnlyMemory<byte>>(header.Attachments);
        _pending = new SocketIoPacket(header.Type, header.Namespace, header.Id, data.ToArray(), _attachments);
        _missing = header.Attachments;
        _bytes = text.Length;
        return SocketIoStatus.NeedsMore;
    }

    /// <summary>Takes a binary message, which it keeps.</summary>
    public SocketIoStatus AddBinary(ReadOnlyMemory<byte> bytes, out SocketIoPacket? packet)
    {
        packet = null;
        _bytes += bytes.Length;
        if (_pending is null || _bytes > limits.Bytes)
        {
            return Fail();
        }

        _attachments!.Add(bytes);
        if (--_missing > 0)
        {
            return SocketIoStatus.NeedsMore;
        }

        (packet, _pending, _attachments) = (_pending, null, null);
        return SocketIoStatus.Packet;
    }

    private SocketIoStatus Fail()
    {
        (_pending, _attachments) = (null, null);
        return SocketIoStatus.Invalid;
    }
}
