using OrleansChat.Protocols.SocketIo;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Engine;

/// <summary>The times and bounds of an engine.</summary>
internal sealed record EngineOptions
{
    /// <summary>How often a client is asked for a sign of life.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How long the answer may take.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long an upgrade may take from the WebSocket's opening on.</summary>
    public TimeSpan UpgradeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a session may stay without connecting to a namespace.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>The largest message or polling body that a client may send, in bytes.</summary>
    public int MaxPayload { get; init; } = 1_000_000;

    /// <summary>The most bytes that wait in one session for a transport to take them.</summary>
    public int MaxWaiting { get; init; } = 4 << 20;

    /// <summary>The most sessions of this node: opening one by polling costs a client nothing.</summary>
    public int MaxSessions { get; init; } = 250_000;

    /// <summary>Whether who reads the log follows a connection by the request that opened it.</summary>
    public bool LogScopes { get; init; }

    /// <summary>The bounds of the layer above.</summary>
    public SocketIoLimits Packets => new() { Bytes = MaxPayload };
}
