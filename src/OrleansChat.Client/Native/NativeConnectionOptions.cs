namespace OrleansChat.Client;

/// <summary>How a connection shows its token.</summary>
public enum TokenPlace
{
    /// <summary>In the <c>Authorization</c> header.</summary>
    Header,

    /// <summary>In the query, as browsers have to.</summary>
    Query,

    /// <summary>In a first command.</summary>
    Command,
}

/// <summary>Settings of one connection.</summary>
public sealed record NativeConnectionOptions
{
    /// <summary>The token; null to connect without one, in which case nothing waits for the hello.</summary>
    public string? Token { get; init; }

    /// <summary>How the token is shown.</summary>
    public TokenPlace TokenPlace { get; init; }

    /// <summary>The sub-protocol to ask for; null asks for none.</summary>
    public string? SubProtocol { get; init; } = "chat.v1";

    /// <summary>Sent as the <c>Origin</c> header, as a browser would.</summary>
    public string? Origin { get; init; }

    /// <summary>How many events wait to be read before the connection stops reading: a small number makes a slow client.</summary>
    public int EventCapacity { get; init; } = 1_000_000;

    /// <summary>The largest frame accepted, in bytes; a larger one ends the connection.</summary>
    public int MaxFrame { get; init; } = 64 << 20;

    /// <summary>How often a WebSocket ping is sent; without an answer for as long again the connection is taken for dead.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);
}
