namespace OrleansChat.Client;

/// <summary>How a connection ended.</summary>
/// <param name="Code">The WebSocket close code; 1006 where the connection just broke.</param>
/// <param name="Reason">The close frame's text, or what broke.</param>
/// <param name="Cause">What was thrown, if anything.</param>
public sealed record NativeClose(int Code, string Reason, Exception? Cause = null)
{
    /// <summary>The node shuts down.</summary>
    public const int Shutdown = 3000;

    /// <summary>The client did not read fast enough.</summary>
    public const int Slow = 3001;

    /// <summary>The node lost its lease.</summary>
    public const int Stale = 3002;

    /// <summary>The token is missing, wrong, expired or revoked.</summary>
    public const int BadToken = 3500;

    /// <summary>The user is banned.</summary>
    public const int Banned = 3501;

    /// <summary>The client broke the protocol.</summary>
    public const int ProtocolError = 3502;

    /// <summary>A frame was too large.</summary>
    public const int TooLarge = 3503;

    /// <summary>The user has too many sessions.</summary>
    public const int TooManySessions = 3504;

    /// <summary>No command came for longer than the operator permits.</summary>
    public const int Idle = 3505;

    /// <summary>No close frame came (RFC 6455, 7.1.5).</summary>
    public const int Broken = 1006;

    /// <summary>Whether connecting again makes sense: everything but 3500-3999.</summary>
    public bool MayReconnect => Code is < 3500 or > 3999;
}
