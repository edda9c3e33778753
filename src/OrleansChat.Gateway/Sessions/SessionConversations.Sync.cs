using OrleansChat.Conversations;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.Delivery;

namespace OrleansChat.Gateway.Sessions;

/// <summary>The conversations that a session hears. This part begins and catches up.</summary>
internal sealed partial class SessionConversations
{
    private const int DropsAtOnce = 64;
    private const int ReplayPage = 100;

    /// <summary>How long a replay waits for a client that does not read before the session is closed as slow.</summary>
    private static readonly TimeSpan ReplayPatience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Subscribes to everything in the user's list and finds out what of it the client missed. Nothing is delivered until
    /// <see cref="ReplySent"/>: the answer comes first.
    /// </summary>
    /// <param name="positions">The last position that the client has of each conversation.</param>
    public async Task<Result<SyncReply>> SyncAsync(IReadOnlyDictionary<string, KnownPosition> positions)
    {
        // One after the other: each begins with nothing and takes every place.
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_gate)
        {
            (before, _syncing) = (_syncing, done.Task);
        }

        await before;
        try
        {
            return await SyncAloneAsync(positions);
        }
        finally
        {
            done.SetResult();
        }
    }

    private async Task<Result<SyncReply>> SyncAloneAsync(IReadOnlyDictionary<string, KnownPosition> positions)
    {
        Restart();
        List<ConversationId> list = UserList.Ids((await services.Directory.ConversationsAsync(session.User)).Keys);
        Result<Subscription[]> subscribed = await HoldAsync(list);
        if (!subscribed.IsOk)
        {
            // Without retry only when the session has ended.
            return subscribed.Error.Retry ? subscribed.Error : ChatError.Unavailable;
        }

        session.Closed.ThrowIfCancellationRequested();
        IReadOnlyList<Result<Summary>> read = await services.Log.SummariesAsync(list, Actor);
        Subscription[] held = subscribed.Value;
        var summaries = new List<Summary>(list.Count);
        var recovered = new Dictionary<string, bool>(positions.Count, StringComparer.Ordinal);
        var strange = new List<ConversationId>();
        for (int i = 0; i < held.Length; i++)
        {
            if (read[i] is not { Value: { } summary })
            {
                if (read[i].Error is { Retry: true } failure)
                {
                    return failure;
                }

                strange.Add(list[i]);
            }
            else if (summary.Epoch.Length > 0)
            {
                bool known = positions.TryGetValue(summary.Conversation, out KnownPosition position);
                bool resumes = known && CanResume(summary, position);
                held[i].Feed.TryPlace(held[i], summary.Epoch, resumes ? Math.Max(position.Seq, summary.From - 1) : summary.Last);
                summaries.Add(summary);
                if (known)
                {
                    recovered[summary.Conversation] = resumes;
                }
            }
        }

        foreach (string unknown in positions.Keys.Where(conversation => !recovered.ContainsKey(conversation)))
        {
            recovered[unknown] = false;
        }

        await DropAsync(strange);
        lock (_gate)
        {
            _held = held;
        }

        services.Presence.Watch(session, summaries);
        return new SyncReply(summaries, recovered);
    }

    /// <summary>Subscribes to all, such that nothing is heard yet.</summary>
    private async Task<Result<Subscription[]>> HoldAsync(List<ConversationId> ids)
    {
        Result<ConversationFeed[]> feeds = await services.Feeds.AcquireAllAsync(ids);
        if (!feeds.IsOk)
        {
            return feeds.Error;
        }

        Subscription[] held = Array.ConvertAll(feeds.Value, feed => new Subscription(session, feed) { State = SubscriptionState.Held });
        bool ended;
        lock (_gate)
        {
            ended = _ended;
            _subscriptions.EnsureCapacity(held.Length);
            foreach (Subscription subscription in ended ? [] : held)
            {
                // Restart left none, and while the session is not synced nobody else adds one.
                _subscriptions.Add(subscription.Feed.Id.Value, subscription);
                _adding.Remove(subscription.Feed.Id.Value);
            }
        }

        foreach (Subscription subscription in held)
        {
            if (ended)
            {
                services.Feeds.Release(subscription.Feed);
            }
            else
            {
                // Outside this lock: a feed calls sessions under its own. Should the session end in between, the feed refuses what has ended.
                subscription.Feed.Add(subscription);
            }
        }

        return ended ? ChatError.Conflict : held;
    }

    private Task DropAsync(List<ConversationId> strange) =>
        Parallel.ForEachAsync(
            strange,
            new ParallelOptions { MaxDegreeOfParallelism = DropsAtOnce, CancellationToken = session.Closed, TaskScheduler = TaskScheduler.Current },
            async (id, _) => await services.Directory.DropStaleConversationAsync(session.User, id));

    private bool CanResume(Summary now, KnownPosition position) =>
        position.Seq <= now.Last
        && position.Seq >= now.First - 1
        && now.Last - position.Seq <= services.Options.Limits.Replay
        && (position.Epoch == now.Epoch || (position.Epoch.Length == 0 && position.Seq == 0));

    private void Restart()
    {
        Subscription[] before;
        lock (_gate)
        {
            _synced = false;
            _listMoved = false;
            _held = null;
            before = [.. _subscriptions.Values];
            _subscriptions.Clear();
        }

        foreach (Subscription subscription in before)
        {
            subscription.Feed.Remove(subscription);
            services.Feeds.Release(subscription.Feed);
        }
    }

    private Task CatchUpAsync(Subscription subscription) =>
        RunAsync(async () =>
        {
            while (!subscription.Feed.TryGoLive(subscription))
            {
                Result<LogRange> page = await services.Log.ReadAsync(subscription.Feed.Id, Actor, subscription.Cursor, ReplayPage, null);
                if (!page.IsOk)
                {
                    if (page.Error.Retry)
                    {
                        throw new StorageUnavailableException();
                    }

                    subscription.Feed.Remove(subscription);
                    Removed(subscription);
                    return;
                }

                if (page.Value.Epoch != subscription.Epoch || page.Value.First > subscription.Cursor + 1)
                {
                    session.Close(CloseReason.Stale);
                    return;
                }

                await DeliverAsync(subscription, page.Value);
                if (page.Value.Entries.Count == 0)
                {
                    // The feed has handed out a number that this read did not show: a reading replica or a rolled back log.
                    subscription.Feed.Suspect();
                    await Task.Delay(TimeSpan.FromMilliseconds(50), services.Time, session.Closed);
                }
            }
        });

    private async Task DeliverAsync(Subscription subscription, LogRange page)
    {
        foreach (LogEntry entry in page.Entries)
        {
            Task room = session.Queue.WaitForRoomAsync(session.Closed);
            if (!room.IsCompletedSuccessfully)
            {
                try
                {
                    await room.WaitAsync(ReplayPatience, services.Time, session.Closed);
                }
                catch (TimeoutException)
                {
                    session.Close(CloseReason.Slow);
                    return;
                }
            }

            if (!subscription.Feed.TryReplay(subscription, entry))
            {
                return;
            }
        }
    }
}

/// <summary>The answer to <c>sync</c>.</summary>
/// <param name="Conversations">The conversations as the user sees them.</param>
/// <param name="Recovered">For each position given, whether what was missed follows.</param>
internal sealed record SyncReply(IReadOnlyList<Summary> Conversations, IReadOnlyDictionary<string, bool> Recovered);
