namespace OrleansChat.Protocols.SocketIo;

/// <summary>The bounds of what a client may send.</summary>
public sealed record SocketIoLimits
{
    /// <summary>The most attachments of one packet.</summary>
    public int Attachments { get; init; } = 16;

    /// <summary>The most bytes of one packet, text and attachments together.</summary>
    public int Bytes { get; init; } = 1_000_000;

    /// <summary>How deep the payload may be nested.</summary>
    public int Depth { get; init; } = 32;

    /// <summary>The longest name of a namespace, in bytes.</summary>
    public int Namespace { get; init; } = 128;
}
