using System.Collections.Concurrent;
using System.Text;
using Orleans.Streams;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Presence;
using OrleansChat.Streams;
using OrleansChat.Users;

namespace OrleansChat.Gateway.Sessions;

/// <summary>The sessions of this node: opens them, ends them, and brings them what is announced to their users.</summary>
internal sealed partial class SessionRegistry
{
    private readonly ConcurrentDictionary<string, ChatSession> _sessions = new(StringComparer.Ordinal);
    private readonly SessionServices _services;
    private readonly IPresence _presence;
    private readonly NodeIdentity _node;
    private readonly StreamFanout _users;
    private readonly ILogger _logger;
    private volatile bool _draining;

    public SessionRegistry(
        SessionServices services,
        IPresence presence,
        NodeIdentity node,
        [FromKeyedServices(ChatStreams.Provider)] IStreamProvider streams,
        ILogger<SessionRegistry> logger)
    {
        _services = services;
        _presence = presence;
        _node = node;
        _logger = logger;
        _users = new StreamFanout(streams, ChatStreams.User, Receive, logger);
    }

    /// <summary>The sessions now open.</summary>
    public ICollection<ChatSession> All => _sessions.Values;

    /// <summary>Whether this node takes no new sessions because it is shutting down.</summary>
    public bool IsDraining => _draining;

    /// <summary>Opens a session for a token whose signature was checked. The error says which close reason fits.</summary>
    public async Task<Result<ChatSession>> OpenAsync(TokenClaims token, string device)
    {
        if (_draining)
        {
            return ChatError.Unavailable;
        }

        var session = new ChatSession(Ids.NewUnguessable(), token, _node.Current, _services.Options.Limits, _services);
        _sessions[session.Id] = session;
        ChatError? error = ChatError.Unavailable;
        try
        {
            // The stream first: a revocation or an invitation right after the session counts must not fall between.
            await _users.AddAsync(session.User, session);
            Result<Done> opened = await _presence.OpenAsync(
                new SessionOpen(token, session.Id, session.Caller.Actor.Node, device, _services.Options.Limits.SessionsPerUser));
            error = opened.Error;
        }
        catch (StorageUnavailableException unavailable)
        {
            LogOpenFailed(unavailable);
        }

        if (error is null && session.Caller.Actor.Node != _node.Current)
        {
            // The node lost its lease in between: under its old id the session would be swept.
            session.Close(CloseReason.Stale);
        }

        if (error is null)
        {
            LogOpened(session.LogId);
            return session;
        }

        session.Close(CloseReason.Gone);
        Forget(session);
        return error;
    }

    /// <summary>Ends a session for good: its door has nothing more to do with it.</summary>
    public Task EndAsync(ChatSession session)
    {
        session.Close(CloseReason.Gone);
        LogEnded(session.LogId, session.Reason!.Name);
        Forget(session);
        return _presence.CloseAsync(session.User, session.Id, session.Caller.Actor.Node);
    }

    /// <summary>Ends the sessions that a revocation concerns.</summary>
    public void Apply(Revocation revocation)
    {
        foreach (ChatSession session in _users.Listeners(revocation.User))
        {
            if (revocation.Concerns(session.Caller.Token))
            {
                session.Close(CloseReason.BadToken);
            }
        }
    }

    /// <summary>Ends all sessions, which then come back to this node or another one.</summary>
    public void CloseAll(CloseReason reason)
    {
        ICollection<ChatSession> all = _sessions.Values;
        foreach (ChatSession session in all)
        {
            session.Close(reason, all.Count);
        }
    }

    /// <summary>Takes no new sessions, lets sends in flight finish, and sends everybody elsewhere. Ends when all doors are done with their sessions.</summary>
    public async Task DrainAsync(CancellationToken cancellation)
    {
        _draining = true;
        while (_sessions.Values.Any(session => session.InFlight > 0 && !session.Closed.IsCancellationRequested) && !cancellation.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), _services.Time, CancellationToken.None);
        }

        CloseAll(CloseReason.Shutdown);
        while (!_sessions.IsEmpty && !cancellation.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), _services.Time, CancellationToken.None);
        }
    }

    private void Forget(ChatSession session)
    {
        if (_sessions.TryRemove(session.Id, out _))
        {
            _users.Remove(session.User, session);
            session.Conversations.End();
        }
    }

    private void Receive(string user, ChatSession[] sessions, Announcement announcement)
    {
        switch (announcement.Kind)
        {
            case AnnouncementKind.Follow or AnnouncementKind.Unfollow
                when ConversationId.TryParse(Encoding.UTF8.GetString(announcement.Payload.Span), out ConversationId id):
                foreach (ChatSession session in sessions)
                {
                    if (announcement.Kind == AnnouncementKind.Follow)
                    {
                        session.Conversations.Follow(id);
                    }
                    else
                    {
                        session.Conversations.Unfollow(id);
                    }
                }

                break;
            case AnnouncementKind.Revoked:
                Apply(Revocation.Parse(user, Encoding.UTF8.GetString(announcement.Payload.Span)));
                break;
            case AnnouncementKind.Interrupted:
                foreach (ChatSession session in sessions)
                {
                    session.Conversations.Recheck();
                }

                break;
            case AnnouncementKind.Event when ChatEvent.Parse(announcement.Payload, string.Empty) is { } chatEvent:
                foreach (ChatSession session in sessions)
                {
                    session.Deliver(chatEvent);
                }

                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Session {Session} began")]
    private partial void LogOpened(string session);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Session {Session} ended: {Reason}")]
    private partial void LogEnded(string session, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A session could not be opened")]
    private partial void LogOpenFailed(Exception failure);
}
