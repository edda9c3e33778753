using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;

/// <summary>
/// How a socket without a name hears the lobby, and nothing else: a session that belongs to nobody, is not entered anywhere, and has one place
/// in one feed. The lobby is public; no other conversation is ever heard this way.
/// </summary>
internal sealed class LobbyEar
{
    private const int Page = 100;

    private static readonly TokenClaims Nobody = new(string.Empty, string.Empty, string.Empty, 0, 0);

    private readonly SessionServices _services;
    private readonly Subscription _subscription;

    private LobbyEar(SessionServices services, Subscription subscription)
    {
        _services = services;
        _subscription = subscription;
    }

    public ChatSession Session => _subscription.Session;

    /// <summary>How far it has heard. While it hears this may be behind.</summary>
    public KnownPosition Position => new(_subscription.Epoch, _subscription.Cursor);

    /// <summary>Whether the feed has ended it.</summary>
    public bool IsDeaf => _subscription.State == SubscriptionState.Ended;

    /// <summary>Begins to hear: from a position on, or from now. Refused with <c>conflict</c> when the position cannot be resumed.</summary>
    public static async Task<Result<LobbyEar>> OpenAsync(SessionServices services, KnownPosition? from)
    {
        Result<ConversationFeed> feed = await services.Feeds.AcquireAsync(LobbyGroup.Id);
        if (!feed.IsOk)
        {
            return feed.Error;
        }

        Result<LogRange> end = await services.Log.ReadAsync(LobbyGroup.Id, null, ChatSession.EndOfLog, 0, null);
        if (!end.IsOk || (from is { } known && !CanResume(end.Value, known, services.Options.Limits.Replay)))
        {
            services.Feeds.Release(feed.Value);
            return end.Error ?? ChatError.Conflict;
        }

        var session = new ChatSession(Ids.NewUnguessable(), Nobody, string.Empty, services.Options.Limits, services);
        var subscription = new Subscription(session, feed.Value)
        {
            State = SubscriptionState.Behind,
            Epoch = end.Value.Epoch,
            Cursor = from?.Seq ?? end.Value.Last,
        };
        feed.Value.Add(subscription);
        return new LobbyEar(services, subscription);
    }

    /// <summary>Reads what was missed and goes on live. Puts into the session's queue, which its reader empties meanwhile.</summary>
    public async Task CatchUpAsync()
    {
        try
        {
            while (!_subscription.Feed.TryGoLive(_subscription))
            {
                Result<LogRange> page = await _services.Log.ReadAsync(LobbyGroup.Id, null, _subscription.Cursor, Page, null);
                if (!page.IsOk || page.Value.Epoch != _subscription.Epoch || page.Value.First > _subscription.Cursor + 1)
                {
                    Session.Close(CloseReason.Stale);
                    return;
                }

                foreach (LogEntry entry in page.Value.Entries)
                {
                    await Session.Queue.WaitForRoomAsync(Session.Closed);
                    if (!_subscription.Feed.TryReplay(_subscription, entry))
                    {
                        return;
                    }
                }

                if (page.Value.Entries.Count == 0)
                {
                    _subscription.Feed.Suspect();
                    await Task.Delay(TimeSpan.FromMilliseconds(50), _services.Time, Session.Closed);
                }
            }
        }
        catch (OperationCanceledException) when (Session.Closed.IsCancellationRequested)
        {
            // The socket is gone or has a name now.
        }
        catch (StorageUnavailableException)
        {
            Session.Close(CloseReason.Stale);
        }
    }

    /// <summary>Hears no more. What has been heard is still sent; the answer is how far that goes.</summary>
    public KnownPosition Stop()
    {
        _subscription.Feed.Remove(_subscription);
        _services.Feeds.Release(_subscription.Feed);
        Session.Queue.Complete(drop: false);
        return Position;
    }

    private static bool CanResume(LogRange now, KnownPosition known, int replay) =>
        known.Epoch == now.Epoch && known.Seq <= now.Last && known.Seq >= now.First - 1 && now.Last - known.Seq <= replay;
}
