using Orleans;
using Orleans.Streams;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Streams;
using OrleansChat.Users;

namespace OrleansChat.Gateway.Sessions;

/// <summary>Brings news of people coming and going to the sessions of those who have them as a contact or talk to them.</summary>
internal sealed partial class PresenceWatch
{
    private readonly Dictionary<ChatSession, HashSet<string>> _watched = [];
    private readonly StreamFanout _streams;
    private readonly IGrainFactory _grains;
    private readonly ILogger _logger;

    public PresenceWatch(
        [FromKeyedServices(ChatStreams.Provider)] IStreamProvider streams, IGrainFactory grains, ILogger<PresenceWatch> logger)
    {
        _grains = grains;
        _logger = logger;
        _streams = new StreamFanout(streams, ChatStreams.Presence, Receive, logger);
    }

    /// <summary>Watches the contacts and direct peers of a session that has synced.</summary>
    public void Watch(ChatSession session, IReadOnlyList<Summary> conversations)
    {
        foreach (Summary conversation in conversations)
        {
            if (ConversationId.TryParse(conversation.Conversation, out ConversationId id))
            {
                WatchPeer(session, id);
            }
        }

        _ = RunAsync(async () =>
        {
            Result<IReadOnlyList<string>> contacts = await _grains.GetGrain<IUserGrain>(session.User).Contacts(session.Caller.Actor);
            foreach (string contact in contacts.Value ?? [])
            {
                Watch(session, contact);
            }
        });
    }

    /// <summary>Watches the peer of a direct conversation.</summary>
    public void WatchPeer(ChatSession session, ConversationId conversation)
    {
        if (conversation.PeerOf(session.User) is { } peer)
        {
            Watch(session, peer);
        }
    }

    /// <summary>Watches one person.</summary>
    public void Watch(ChatSession session, string user)
    {
        lock (_watched)
        {
            if (session.Closed.IsCancellationRequested)
            {
                return;
            }

            if (!_watched.TryGetValue(session, out HashSet<string>? users))
            {
                _watched.Add(session, users = new HashSet<string>(StringComparer.Ordinal));
            }

            if (!users.Add(user))
            {
                return;
            }
        }

        _ = RunAsync(async () =>
        {
            await _streams.AddAsync(user, session);
            if (session.Closed.IsCancellationRequested)
            {
                _streams.Remove(user, session);
            }
        });
    }

    /// <summary>The session is over.</summary>
    public void Remove(ChatSession session)
    {
        HashSet<string>? users;
        lock (_watched)
        {
            _watched.Remove(session, out users);
        }

        foreach (string user in users ?? [])
        {
            _streams.Remove(user, session);
        }
    }

    private static void Receive(string user, ChatSession[] sessions, Announcement announcement)
    {
        if (announcement.Kind == AnnouncementKind.Event && ChatEvent.Parse(announcement.Payload, string.Empty) is { } chatEvent)
        {
            foreach (ChatSession session in sessions)
            {
                session.Deliver(chatEvent);
            }
        }
    }

    private async Task RunAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (StorageUnavailableException unavailable)
        {
            // Presence is news, not truth: the next sync watches again.
            LogWatchFailed(unavailable);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Presence could not be watched")]
    private partial void LogWatchFailed(Exception failure);
}
