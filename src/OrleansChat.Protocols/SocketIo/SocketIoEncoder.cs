using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace OrleansChat.Protocols.SocketIo;

/// <summary>Writes packets. Attachments go as binary messages of their own after the text.</summary>
public static class SocketIoEncoder
{
    /// <summary>The text message of a packet.</summary>
    public static byte[] Encode(SocketIoPacket packet)
    {
        byte[] head = Head(packet.Type, packet.Namespace, packet.Id, packet.Attachments.Count);
        byte[] text = new byte[head.Length + packet.Data.Length];
        head.CopyTo(text, 0);
        packet.Data.Span.CopyTo(text.AsSpan(head.Length));
        return text;
    }

    /// <summary>Confirms a connection.</summary>
    /// <param name="name">The namespace.</param>
    /// <param name="sid">The socket's id.</param>
    /// <param name="pid">The secret by which the client may come back to this socket's state; null when it may not.</param>
    public static byte[] Connected(string name, string sid, string? pid) =>
        Encode(new SocketIoPacket(
            SocketIoPacketType.Connect,
            name,
            data: Encoding.ASCII.GetBytes(pid is null ? $"{{\"sid\":\"{sid}\"}}" : $"{{\"sid\":\"{sid}\",\"pid\":\"{pid}\"}}")));

    /// <summary>Refuses a connection. The words need no escaping.</summary>
    public static byte[] Refused(string name, string words) =>
        Encode(new SocketIoPacket(SocketIoPacketType.ConnectError, name, data: Encoding.UTF8.GetBytes($"{{\"message\":\"{words}\"}}")));

    /// <summary>Answers an event with one JSON value.</summary>
    public static byte[] Ack(string name, long id, ReadOnlySpan<byte> json) => Ack(name, id, [], json, []);

    /// <summary>Answers an event with one JSON value, which comes in pieces.</summary>
    public static byte[] Ack(string name, long id, ReadOnlySpan<byte> before, ReadOnlySpan<byte> json, ReadOnlySpan<byte> after)
    {
        Span<byte> head = stackalloc byte[24];
        if (name == SocketIoPacket.MainNamespace)
        {
            head[0] = (byte)'0' + (int)SocketIoPacketType.Ack;
            Utf8Formatter.TryFormat(id, head[1..], out int digits);
            head = head[..(1 + digits)];
        }
        else
        {
            head = Head(SocketIoPacketType.Ack, name, id, 0);
        }

        return [.. head, (byte)'[', .. before, .. json, .. after, (byte)']'];
    }

    /// <summary>Everything of an event of the main namespace but the closing bracket, so that an argument can be added for one recipient.</summary>
    /// <param name="name">The event's name; needs no escaping.</param>
    /// <param name="json">The first argument.</param>
    public static byte[] OpenEvent(string name, ReadOnlySpan<byte> json)
    {
        var buffer = new ArrayBufferWriter<byte>(json.Length + name.Length + 8);
        buffer.Write("2[\""u8);
        Encoding.UTF8.GetBytes(name, buffer);
        buffer.Write("\","u8);
        buffer.Write(json);
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Head(SocketIoPacketType type, string name, long? id, int attachments)
    {
        var head = new StringBuilder(16).Append((char)('0' + (int)type));
        if (attachments > 0 || type is SocketIoPacketType.BinaryEvent or SocketIoPacketType.BinaryAck)
        {
            head.Append(CultureInfo.InvariantCulture, $"{attachments}-");
        }

        if (name != SocketIoPacket.MainNamespace)
        {
            head.Append(name).Append(',');
        }

        if (id is { } number)
        {
            head.Append(CultureInfo.InvariantCulture, $"{number}");
        }

        return Encoding.UTF8.GetBytes(head.ToString());
    }
}
