namespace OrleansChat.Chaos.Clients;

/// <summary>Somebody at a door.</summary>
internal interface IActor
{
    /// <summary>The user, a slash, and the device.</summary>
    string Client { get; }

    /// <summary>The last number that came; 0 at doors that show none.</summary>
    long LastSeen(string conversation);

    /// <summary>Stays connected until it is stopped.</summary>
    Task RunAsync(CancellationToken stop);
}
