using System.Text;

namespace OrleansChat.Protocols.SocketIo;

/// <summary>What stands before a packet's payload: <c>type[attachments-][/namespace,][id]</c>.</summary>
internal readonly record struct SocketIoHeader(SocketIoPacketType Type, int Attachments, string Namespace, long? Id, int Length)
{
    // Larger numbers than a script can count with are not ids.
    private const int MaxDigits = 15;

    public static bool TryRead(ReadOnlySpan<byte> text, SocketIoLimits limits, out SocketIoHeader header)
    {
        header = default;
        if (text.IsEmpty || text[0] is < (byte)'0' or > (byte)'6')
        {
            return false;
        }

        var type = (SocketIoPacketType)(text[0] - '0');
        int n = 1;
        int attachments = 0;
        if (type is SocketIoPacketType.BinaryEvent or SocketIoPacketType.BinaryAck)
        {
            if (!TryNumber(text, ref n, out long count) || count > limits.Attachments || n >= text.Length || text[n] != '-')
            {
                return false;
            }

            attachments = (int)count;
            n++;
        }

        if (!TryNamespace(text, ref n, limits, out string? name))
        {
            return false;
        }

        long? id = null;
        if (n < text.Length && char.IsAsciiDigit((char)text[n]))
        {
            if (!TryNumber(text, ref n, out long number))
            {
                return false;
            }

            id = number;
        }

        header = new SocketIoHeader(type, attachments, name, id, n);
        return true;
    }

    private static bool TryNamespace(ReadOnlySpan<byte> text, ref int n, SocketIoLimits limits, out string name)
    {
        name = SocketIoPacket.MainNamespace;
        if (n >= text.Length || text[n] != '/')
        {
            return true;
        }

        int comma = text[n..].IndexOf((byte)',');
        ReadOnlySpan<byte> given = comma < 0 ? text[n..] : text.Slice(n, comma);
        n += comma < 0 ? given.Length : comma + 1;
        if (given.Length > limits.Namespace)
        {
            return false;
        }

        // What follows a question mark is a query, which belongs to the connection and not to the name.
        int query = given.IndexOf((byte)'?');
        name = Encoding.UTF8.GetString(query < 0 ? given : given[..query]);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, ref int n, out long number)
    {
        number = 0;
        int begin = n;
        while (n < text.Length && char.IsAsciiDigit((char)text[n]))
        {
            if (n - begin == MaxDigits)
            {
                return false;
            }

            number = (number * 10) + (text[n++] - '0');
        }

        return n > begin;
    }
}
