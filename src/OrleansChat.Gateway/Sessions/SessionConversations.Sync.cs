using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;

namespace OrleansChat.Gateway.Sessions;

/// <summary>The conversations that a session hears. This part begins and catches up.</summary>
internal sealed partial class SessionConversations
{
    private const int SyncAtOnce = 64;
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
        IReadOnlyDictionary<string, long> list = await services.Directory.ConversationsAsync(session.User);
        var summaries = new List<Summary>(list.Count);
        var recovered = new Dictionary<string, bool>(StringComparer.Ordinal);
        var held = new List<Subscription>(list.Count);
        ChatError? failure = null;
        await Parallel.ForEachAsync(
            list.Keys,
            new ParallelOptions { MaxDegreeOfParallelism = SyncAtOnce, CancellationToken = session.Closed, TaskScheduler = TaskScheduler.Current },
            async (conversation, cancellation) =>
            {
                if (!ConversationId.TryParse(conversation, out ConversationId id))
                {
                    return;
                }

                Result<Subscription> subscribed = await SubscribeAsync(id, SubscriptionState.Held);
                if (!subscribed.IsOk)
                {
                    // Without retry only when the session has ended.
                    failure = subscribed.Error.Retry ? subscribed.Error : ChatError.Unavailable;
                    return;
                }

                Result<Summary> summary = await services.Log.SummaryAsync(id, Actor);
                if (!summary.IsOk && summary.Error.Retry)
                {
                    failure = summary.Error;
                    return;
                }

                lock (held)
                {
                    held.Add(subscribed.Value);
                }

                if (!summary.IsOk)
                {
                    await services.Directory.DropStaleConversationAsync(session.User, id);
                    return;
                }

                if (summary.Value.Epoch.Length == 0)
                {
                    return;
                }

                bool known = positions.TryGetValue(conversation, out KnownPosition position);
                bool resumes = known && CanResume(summary.Value, position);
                long cursor = resumes ? Math.Max(position.Seq, summary.Value.From - 1) : summary.Value.Last;
                subscribed.Value.Feed.TryPlace(subscribed.Value, summary.Value.Epoch, cursor);
                lock (held)
                {
                    summaries.Add(summary.Value);
                    if (known)
                    {
                        recovered[conversation] = resumes;
                    }
                }
            });
        if (failure is not null)
        {
            return failure;
        }

        foreach (string unknown in positions.Keys.Where(conversation => !recovered.ContainsKey(conversation)))
        {
            recovered[unknown] = false;
        }

        lock (_gate)
        {
            _held = held;
        }

        services.Presence.Watch(session, summaries);
        return new SyncReply(summaries, recovered);
    }

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
            _synced = _newsCame = false;
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
