namespace OrleansChat.Load;

/// <summary>How a server is spoken to over WebSocket. The load, its clock and its checks are the same for all of them.</summary>
internal interface IDialect
{
    /// <summary>Whether a send is answered. Where it is not, a delivery makes room in the sender's window.</summary>
    bool Acknowledges { get; }

    /// <summary>Whether messages carry numbers without holes.</summary>
    bool Numbers { get; }

    /// <summary>What answers a heartbeat; empty where there are none but WebSocket's own.</summary>
    byte[] HeartbeatAnswer { get; }

    /// <summary>Understands a line.</summary>
    Incoming Read(ReadOnlySpan<byte> line);
}

/// <summary>A dialect of a server that knows neither users nor conversations of ours: whoever comes says under which name they are written to.</summary>
internal interface IPeerDialect : IDialect
{
    /// <summary>Whether who sends to somebody hears the message too.</summary>
    bool HearsItself => false;

    /// <summary>Connects.</summary>
    /// <param name="url">The server.</param>
    /// <param name="name">The connection's own name in this run.</param>
    /// <param name="room">Everything sent there reaches this connection; its own name, or a group's.</param>
    /// <param name="to">Where it is going to send.</param>
    /// <param name="cancel">Ends the attempt.</param>
    Task<LoadConnection> ConnectAsync(Uri url, string name, string room, string to, CancellationToken cancel);

    /// <summary>The frame of a send, for <see cref="SendFrame"/>.</summary>
    /// <param name="to">The room.</param>
    /// <param name="recipient">The recipient's connection; null in a group.</param>
    string Send(string to, LoadConnection? recipient);
}

/// <summary>The dialects of the peers, by name.</summary>
internal static class PeerDialects
{
    private static readonly Dictionary<string, IPeerDialect> _all = new()
    {
        ["websocket"] = new BareDialect(),
        ["signalr"] = new SignalRDialect(),
        ["socket.io"] = new SocketIoDialect(),
        ["xmpp"] = new XmppDialect(),
    };

    public static IEnumerable<string> Names => _all.Keys;

    public static IPeerDialect Of(string name) => _all[name];
}

/// <summary>This server's other doors that messages go through, by name.</summary>
internal static class DoorDialects
{
    /// <summary>The door that needs none of these.</summary>
    public const string Native = "native";

    private static readonly Dictionary<string, Func<Guests, IPeerDialect>> _all = new()
    {
        ["signalr"] = guests => new HubDoorDialect(guests),
        ["socket.io"] = _ => new LobbyDoorDialect(),
    };

    public static IEnumerable<string> Names => [Native, .. _all.Keys];

    public static IPeerDialect Of(string name, Guests guests) => _all[name](guests);
}
