namespace OrleansChat.Protocols.SocketIo;

/// <summary>The kinds of Socket.IO v5 packets; the value is the digit that stands for it on the wire.</summary>
public enum SocketIoPacketType
{
    /// <summary>Asks to connect to a namespace, or confirms it.</summary>
    Connect = 0,

    /// <summary>Leaves a namespace.</summary>
    Disconnect = 1,

    /// <summary>An event.</summary>
    Event = 2,

    /// <summary>The answer to an event.</summary>
    Ack = 3,

    /// <summary>The connection to a namespace is refused.</summary>
    ConnectError = 4,

    /// <summary>An event with binary attachments.</summary>
    BinaryEvent = 5,

    /// <summary>An answer with binary attachments.</summary>
    BinaryAck = 6,
}
