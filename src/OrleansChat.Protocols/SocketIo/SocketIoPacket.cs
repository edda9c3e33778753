namespace OrleansChat.Protocols.SocketIo;

/// <summary>A Socket.IO v5 packet.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Namespace">The namespace, beginning with a slash.</param>
/// <param name="Id">The number that ties an answer to its event; null when no answer is wanted.</param>
/// <param name="Data">The payload as UTF-8 JSON; empty when there is none. Where an attachment belongs it holds a placeholder.</param>
/// <param name="Attachments">The binary attachments by the placeholders' numbers.</param>
public sealed record SocketIoPacket(
    SocketIoPacketType Type, string Namespace, long? Id, ReadOnlyMemory<byte> Data, IReadOnlyList<ReadOnlyMemory<byte>> Attachments)
{
    /// <summary>The namespace that every client begins with.</summary>
    public const string MainNamespace = "/";

    /// <summary>A packet without attachments.</summary>
    public SocketIoPacket(SocketIoPacketType type, string @namespace = MainNamespace, long? id = null, ReadOnlyMemory<byte> data = default)
        : this(type, @namespace, id, data, [])
    {
    }
}
