namespace OrleansChat.Presence;

/// <summary>Who is connected where. A session counts as long as its node holds its lease.</summary>
public interface IPresence
{
    /// <summary>
    /// Opens a session if its token still stands: <see cref="ChatError.Unauthenticated"/> otherwise, <see cref="ChatError.RateLimited"/> when
    /// the user has too many sessions. The first session of a user announces them online; a guest's first connection ends the hold of the name,
    /// and a guest who lost all connections less than 2 minutes ago gets the same incarnation again if nobody took the name.
    /// </summary>
    Task<Result<Done>> OpenAsync(SessionOpen session);

    /// <summary>Closes a session. The last one announces the user offline and frees a guest's name.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="session">Its id.</param>
    /// <param name="node">The node that it was opened on; null when the caller does not know, which takes more steps.</param>
    Task CloseAsync(string user, string session, string? node = null);

    /// <summary>Marks a session as away or back. The user is away when all sessions are.</summary>
    Task SetAwayAsync(string user, string session, bool away);

    /// <summary>Whether somebody is online.</summary>
    Task<PresenceState> GetAsync(string user);

    /// <summary>The sessions of a user.</summary>
    Task<IReadOnlyList<SessionInfo>> SessionsAsync(string user);

    /// <summary>Names of the people online, in ordinal order.</summary>
    Task<Page<string>> OnlineAsync(string? after, int limit);

    /// <summary>Tells those who watch the user about a new status text or profile.</summary>
    Task AnnounceAsync(string user, string status);
}

/// <summary>A session to open.</summary>
/// <param name="Token">The token it was opened with.</param>
/// <param name="Session">The new session's id.</param>
/// <param name="Node">Its node.</param>
/// <param name="Device">What the client calls itself; free text, may be empty.</param>
/// <param name="MaxSessions">The most sessions of one user.</param>
public sealed record SessionOpen(Users.TokenClaims Token, string Session, string Node, string Device, int MaxSessions);

/// <summary>A session of a user.</summary>
/// <param name="Session">Its id.</param>
/// <param name="Node">Its node.</param>
/// <param name="Device">What the client calls itself.</param>
/// <param name="Since">Unix milliseconds when it was opened.</param>
/// <param name="Away">Whether it is marked away.</param>
/// <param name="TokenId">The token it was opened with.</param>
public sealed record SessionInfo(string Session, string Node, string Device, long Since, bool Away, string TokenId);

/// <summary>Whether somebody is online.</summary>
/// <param name="State"><c>online</c>, <c>away</c> or <c>offline</c>.</param>
/// <param name="LastSeen">Unix milliseconds when the last session ended; 0 when online or never seen.</param>
public readonly record struct PresenceState(string State, long LastSeen);
