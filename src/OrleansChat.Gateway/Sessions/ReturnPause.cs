namespace OrleansChat.Gateway.Sessions;

/// <summary>
/// When clients that are sent away should come back. A whole node's clients come back spread over as much time as the remaining nodes need to
/// take them in; a single one soon.
/// </summary>
internal static class ReturnPause
{
    private const int Least = 50;
    private const int Usual = 1_000;
    private const int Longest = 30_000;

    /// <summary>Clients that the rest of the cluster takes in without others noticing.</summary>
    private const int ReturnsPerMillisecond = 2;

    /// <summary>Milliseconds, different for each client; 0 for one that should stay away.</summary>
    /// <param name="reason">Why the session ends.</param>
    /// <param name="crowd">How many sessions end together.</param>
    public static int For(CloseReason reason, int crowd) =>
        reason.Reconnect ? Random.Shared.Next(Least, Math.Clamp(crowd / ReturnsPerMillisecond, Usual, Longest) + 1) : 0;
}
