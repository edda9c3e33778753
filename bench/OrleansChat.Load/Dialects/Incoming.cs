namespace OrleansChat.Load;

/// <summary>What a line from a server is to a load.</summary>
internal enum IncomingKind
{
    /// <summary>Nothing that is measured: presence, receipts, answers to the set-up.</summary>
    Other,

    /// <summary>The answer to a send.</summary>
    Acknowledgement,

    /// <summary>A message.</summary>
    Message,

    /// <summary>Something that wants <see cref="IDialect.HeartbeatAnswer"/> back.</summary>
    Heartbeat,

    /// <summary>A refusal.</summary>
    Error,
}

/// <summary>A line from a server, understood as far as a load needs it.</summary>
/// <param name="kind">What it is.</param>
/// <param name="number">Of an acknowledgement: which of the sender's messages, from 0.</param>
/// <param name="seq">The number that the server gave the message; 0 where the server numbers nothing.</param>
/// <param name="text">Of a message: its text, and what follows.</param>
internal readonly ref struct Incoming(IncomingKind kind, long number = 0, long seq = 0, ReadOnlySpan<byte> text = default)
{
    public IncomingKind Kind { get; } = kind;

    public long Number { get; } = number;

    public long Seq { get; } = seq;

    public ReadOnlySpan<byte> Text { get; } = text;
}
