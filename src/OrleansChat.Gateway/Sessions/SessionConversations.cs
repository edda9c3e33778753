using OrleansChat.Conversations;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.Delivery;

namespace OrleansChat.Gateway.Sessions;

/// <summary>
/// The conversations that a session hears. Before the first <c>sync</c> it hears none. Each is subscribed to first and read afterwards,
/// and delivered by number, so that nothing is missed or repeated between what was missed and what is live.
/// </summary>
internal sealed partial class SessionConversations(ChatSession session, SessionServices services)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Subscription> _subscriptions = new(StringComparer.Ordinal);
    private readonly HashSet<string> _adding = new(StringComparer.Ordinal);
    private Task _syncing = Task.CompletedTask;
    private Subscription[]? _held;
    private bool _synced;
    private bool _listMoved; // since the last sync began, while the session did not hear of it
    private bool _ended;

    private Actor Actor => session.Caller.Actor;

    /// <summary>Whether the session has asked for events.</summary>
    public bool IsSynced
    {
        get
        {
            lock (_gate)
            {
                return _synced;
            }
        }
    }

    /// <summary>The answer to <c>sync</c> is in the queue: what was missed may follow it.</summary>
    public void ReplySent()
    {
        Subscription[]? held;
        bool listMoved;
        lock (_gate)
        {
            (held, _held) = (_held, null);
            _synced |= held is not null;
            listMoved = _listMoved;
        }

        if (held is null)
        {
            return;
        }

        foreach (Subscription subscription in held)
        {
            if (subscription.Epoch.Length == 0)
            {
                // Not a member (yet), or not a conversation yet. Should that have changed since, it is seen by asking again.
                subscription.Feed.Wait(subscription);
                _ = RunAsync(() => BeginAsync(subscription));
            }
            else if (subscription.Feed.TryBegin(subscription) && !subscription.Feed.TryGoLive(subscription))
            {
                _ = CatchUpAsync(subscription);
            }
        }

        if (listMoved)
        {
            // What came into the list while it was being read was not added: the session did not count as synced yet.
            Recheck();
        }
    }

    /// <summary>A conversation came into the user's list.</summary>
    public void Follow(ConversationId id)
    {
        if (Hears())
        {
            _ = RunAsync(() => AddAsync(id));
        }
    }

    /// <summary>A conversation left the user's list, or may have: membership decides.</summary>
    public void Unfollow(ConversationId id)
    {
        Subscription? subscription;
        lock (_gate)
        {
            _subscriptions.TryGetValue(id.Value, out subscription);
        }

        if (subscription is not null)
        {
            _ = RunAsync(() => CheckAsync(subscription));
        }
    }

    /// <summary>Announcements to the user may have been lost: the list is read again.</summary>
    public void Recheck()
    {
        if (Hears())
        {
            _ = RunAsync(async () =>
            {
                foreach (ConversationId id in Unheard(UserList.Ids((await services.Directory.ConversationsAsync(session.User)).Keys)))
                {
                    _ = RunAsync(() => AddAsync(id));
                }
            });
        }
    }

    /// <summary>A waiting subscription's conversation has a new entry that may have made its user a member. Called under the feed's lock.</summary>
    public void Awaken(Subscription subscription) => _ = RunAsync(() => BeginAsync(subscription));

    /// <summary>How the user sees the conversation has changed. Called under the feed's lock.</summary>
    public void Refresh(Subscription subscription) => _ = RunAsync(() => CheckAsync(subscription));

    /// <summary>The feed has ended the subscription: the user is no longer a member. Called under the feed's lock.</summary>
    public void Removed(Subscription subscription)
    {
        if (!TryForget(subscription))
        {
            return;
        }

        session.Deliver(ChatEvents.ConversationRemoved(subscription.Feed.Id.Value));
        _ = RunAsync(() => ReleaseAsync(subscription.Feed));
    }

    /// <summary>The session is over.</summary>
    public void End()
    {
        Subscription[] all;
        lock (_gate)
        {
            _ended = true;
            _held = null;
            all = [.. _subscriptions.Values];
            _subscriptions.Clear();
        }

        foreach (Subscription subscription in all)
        {
            subscription.Feed.Remove(subscription);
            services.Feeds.Release(subscription.Feed);
        }

        services.Presence.Remove(session);
    }

    // What a session that is not synced does not hear is looked for once it is.
    private bool Hears()
    {
        lock (_gate)
        {
            _listMoved |= !_synced;
            return _synced;
        }
    }

    private List<ConversationId> Unheard(List<ConversationId> ids)
    {
        lock (_gate)
        {
            return ids.FindAll(id => !_subscriptions.ContainsKey(id.Value));
        }
    }

    private bool TryForget(Subscription subscription)
    {
        lock (_gate)
        {
            return _subscriptions.TryGetValue(subscription.Feed.Id.Value, out Subscription? present)
                && ReferenceEquals(present, subscription)
                && _subscriptions.Remove(subscription.Feed.Id.Value);
        }
    }

    private async Task ReleaseAsync(ConversationFeed feed)
    {
        services.Feeds.Release(feed);

        // Somebody who was let in again meanwhile: the news of that came while the subscription that has ended seemed to be enough.
        if (IsSynced && (await services.Directory.ConversationsAsync(session.User)).ContainsKey(feed.Id.Value))
        {
            await AddAsync(feed.Id);
        }
    }

    private async Task<Result<Subscription>> SubscribeAsync(ConversationId id)
    {
        Result<ConversationFeed> feed = await services.Feeds.AcquireAsync(id);
        if (!feed.IsOk)
        {
            return feed.Error;
        }

        var subscription = new Subscription(session, feed.Value) { State = SubscriptionState.Waiting };
        bool added;
        lock (_gate)
        {
            // A sync that began meanwhile starts from nothing: it must find its place free.
            added = !_ended && _synced && _subscriptions.TryAdd(id.Value, subscription);
            _adding.Remove(id.Value);
        }

        if (added)
        {
            // Outside this lock: a feed calls sessions under its own. Should the session end in between, the feed refuses what has ended.
            feed.Value.Add(subscription);
            return subscription;
        }

        services.Feeds.Release(feed.Value);
        return ChatError.Conflict;
    }

    private async Task AddAsync(ConversationId id)
    {
        lock (_gate)
        {
            if (_subscriptions.ContainsKey(id.Value) || !_adding.Add(id.Value))
            {
                return;
            }
        }

        Result<Subscription> added;
        try
        {
            added = await SubscribeAsync(id);
        }
        finally
        {
            // Not longer: while this one catches up its user may be put out and let in again.
            lock (_gate)
            {
                _adding.Remove(id.Value);
            }
        }

        if (added.IsOk)
        {
            await BeginAsync(added.Value);
        }
        else if (added.Error.Retry && !session.Closed.IsCancellationRequested)
        {
            // The announcement will not come again: a client that resumes finds the conversation in its list.
            session.Close(CloseReason.Stale);
        }
    }

    /// <summary>Tells the client of a conversation that is new to it and delivers it from the entry on that made the user a member.</summary>
    private async Task BeginAsync(Subscription subscription)
    {
        Result<Summary> summary = await services.Log.SummaryAsync(subscription.Feed.Id, Actor);
        if (!summary.IsOk || summary.Value.Epoch.Length == 0)
        {
            if (summary.Error?.Retry == true)
            {
                session.Close(CloseReason.Stale);
            }

            return;
        }

        Summary now = summary.Value;
        bool recent = now.Last - now.JoinedAt < services.Options.Limits.Replay;
        if (subscription.Feed.TryPlace(subscription, now.Epoch, recent ? Math.Max(now.JoinedAt, now.First) - 1 : now.Last)
            && subscription.Feed.TryBegin(subscription))
        {
            session.Deliver(ChatEvents.Conversation(now, session.User));
            services.Presence.WatchPeer(session, subscription.Feed.Id);
            await CatchUpAsync(subscription);
        }
    }

    private async Task CheckAsync(Subscription subscription)
    {
        Result<Summary> summary = await services.Log.SummaryAsync(subscription.Feed.Id, Actor);
        if (summary.IsOk)
        {
            if (subscription.State is SubscriptionState.Live or SubscriptionState.Behind)
            {
                session.Deliver(ChatEvents.Conversation(summary.Value, session.User));
            }
        }
        else if (!summary.Error.Retry && subscription.State is SubscriptionState.Live or SubscriptionState.Behind)
        {
            subscription.Feed.Remove(subscription);
            Removed(subscription);
        }
        else if (!summary.Error.Retry && subscription.State == SubscriptionState.Waiting)
        {
            subscription.Feed.Remove(subscription);
            if (TryForget(subscription))
            {
                await ReleaseAsync(subscription.Feed);
            }
        }
    }

    private async Task RunAsync(Func<Task> work)
    {
        // Callers hold locks of feeds and streams.
        await Task.Yield();
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (session.Closed.IsCancellationRequested)
        {
            // The session ended meanwhile; there is nobody to tell.
        }
#pragma warning disable CA1031 // Whatever went wrong, the client must not go on with a hole: it comes back and resumes.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            if (failure is not StorageUnavailableException)
            {
                LogFailed(failure, session.Id);
            }

            session.Close(CloseReason.Stale);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Session {Session} could not go on with a conversation")]
    private static partial void LogFailed(ILogger logger, Exception failure, string session);

    private void LogFailed(Exception failure, string id) => LogFailed(services.Logger, failure, id);
}
