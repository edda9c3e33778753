namespace OrleansChat.Gateway.Sessions;

/// <summary>Why a session ends. 3000 to 3499: the client reconnects, to any node; 3500 to 3999: it does not.</summary>
/// <param name="Code">The WebSocket close code, and the code of the <c>bye</c> event.</param>
/// <param name="Name">The stable name.</param>
internal sealed record CloseReason(int Code, string Name)
{
    public static CloseReason Shutdown { get; } = new(3000, "shutdown");

    public static CloseReason Slow { get; } = new(3001, "slow");

    public static CloseReason Stale { get; } = new(3002, "stale");

    public static CloseReason BadToken { get; } = new(3500, "bad token");

    public static CloseReason ProtocolError { get; } = new(3502, "protocol error");

    public static CloseReason TooLarge { get; } = new(3503, "too large");

    public static CloseReason TooManySessions { get; } = new(3504, "too many sessions");

    /// <summary>No command came for longer than the operator permits.</summary>
    public static CloseReason Idle { get; } = new(3505, "idle");

    /// <summary>The client itself went away; nobody is left to be told.</summary>
    public static CloseReason Gone { get; } = new(1000, "gone");

    /// <summary>Whether the client should come back.</summary>
    public bool Reconnect => Code is >= 3000 and < 3500;
}
