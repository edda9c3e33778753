namespace OrleansChat.Gateway.FrontEnds.Resp.Feeds;

/// <summary>The feeds in use on this node, and a watch for each that somebody waits for. Both stay a little longer than they are used.</summary>
internal sealed partial class UserFeeds(FeedServices services)
{
    /// <summary>Whoever reads a feed in a loop comes back at once: listening anew each time would cost more than going on.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public FeedServices Services { get; } = services;

    /// <summary>Takes a share in a user's feed; dispose it when done.</summary>
    public Share Open(string user)
    {
        lock (_entries)
        {
            if (!_entries.TryGetValue(user, out Entry? entry))
            {
                _entries.Add(user, entry = new Entry(new UserFeed(user, Services)));
            }

            entry.Users++;
            entry.Ending?.Dispose();
            entry.Ending = null;
            return new Share(this, entry);
        }
    }

    private void Close(Entry entry)
    {
        lock (_entries)
        {
            if (--entry.Users > 0)
            {
                return;
            }

            if (entry.Watch is null)
            {
                _entries.Remove(entry.Feed.User);
                return;
            }

            entry.Ending = Services.Time.CreateTimer(_ => End(entry), null, Linger, Timeout.InfiniteTimeSpan);
        }
    }

    private void End(Entry entry)
    {
        lock (_entries)
        {
            if (entry.Users > 0)
            {
                return;
            }

            entry.Ending?.Dispose();
            _entries.Remove(entry.Feed.User);
        }

        _ = EndAsync(entry.Watch!);
    }

    private async Task<FeedWatch> WatchAsync(Entry entry)
    {
        Task<FeedWatch> watch;
        lock (_entries)
        {
            if (entry.Watch is null or { IsCompletedSuccessfully: true, Result.IsBroken: true } or { IsFaulted: true })
            {
                if (entry.Watch is { } before)
                {
                    _ = EndAsync(before);
                }

                entry.Watch = StartAsync(entry.Feed);
            }

            watch = entry.Watch;
        }

        return await watch;
    }

    private async Task<FeedWatch> StartAsync(UserFeed feed)
    {
        // The lock is held by the caller; nothing of this may run under it.
        await Task.Yield();
        var watch = new FeedWatch(feed, Services);
        try
        {
            return await Services.InTurnAsync(async () =>
            {
                await watch.StartAsync();
                return watch;
            });
        }
        catch
        {
            await watch.EndAsync();
            throw;
        }
    }

    private async Task EndAsync(Task<FeedWatch> watch)
    {
        try
        {
            await (await watch).EndAsync();
        }
        catch (StorageUnavailableException unavailable)
        {
            // It never began; those who waited for it were told.
            LogNotBegun(Services.Logger, unavailable);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A watch that never began has ended")]
    private static partial void LogNotBegun(ILogger logger, Exception failure);

    /// <summary>A share in a user's feed.</summary>
    internal sealed class Share(UserFeeds all, Entry entry) : IDisposable
    {
        public UserFeed Feed => entry.Feed;

        /// <summary>Lets the feed hear of what is new. When the task is done, nothing new from then on goes without a sign.</summary>
        public Task<FeedWatch> WatchAsync() => all.WatchAsync(entry);

        public void Dispose() => all.Close(entry);
    }

    internal sealed class Entry(UserFeed feed)
    {
        public UserFeed Feed { get; } = feed;

        public int Users { get; set; }

        public Task<FeedWatch>? Watch { get; set; }

        public ITimer? Ending { get; set; }
    }
}
