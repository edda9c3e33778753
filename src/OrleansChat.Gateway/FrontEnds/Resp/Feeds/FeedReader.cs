using OrleansChat.Feeds;

namespace OrleansChat.Gateway.FrontEnds.Resp.Feeds;

/// <summary>Reads a user's feed and waits for more of it.</summary>
internal sealed class FeedReader(UserFeeds feeds)
{
    private readonly FeedServices _services = feeds.Services;

    /// <summary>Entries after a place; waits for the first when there are none. Empty when none came in time.</summary>
    /// <param name="user">Whose feed; need not exist yet.</param>
    /// <param name="start">After which place; null for the feed's end.</param>
    /// <param name="count">At most how many.</param>
    /// <param name="block">How long to wait, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="cancellation">When nobody wants the answer any more.</param>
    /// <exception cref="StorageUnavailableException">Storage did not answer; the same again loses nothing.</exception>
    public async Task<List<FeedItem>> ReceiveAsync(string user, FeedId? start, int count, TimeSpan block, CancellationToken cancellation)
    {
        long began = _services.Time.GetTimestamp();
        using UserFeeds.Share share = feeds.Open(user);
        FeedId cursor = start ?? await EndAsync(share.Feed);
        FeedWatch? watch = null;
        bool all = true;
        while (true)
        {
            // Before looking: what comes while it looks must not go without a sign.
            Task changed = share.Feed.Changed;
            (List<FeedItem> items, cursor) = await GatherAsync(share.Feed, cursor, count, all);
            TimeSpan left = block == Timeout.InfiniteTimeSpan ? block : block - _services.Time.GetElapsedTime(began);
            if (items.Count > 0 || (left <= TimeSpan.Zero && left != Timeout.InfiniteTimeSpan))
            {
                return items;
            }

            all = false;
            if (watch is null)
            {
                watch = await share.WatchAsync();
                continue;
            }

            if (watch.IsBroken)
            {
                throw new StorageUnavailableException($"What is new for {user} cannot be heard now.");
            }

            try
            {
                await changed.WaitAsync(left, _services.Time, cancellation);
            }
            catch (TimeoutException)
            {
                return items;
            }
        }
    }

    /// <summary>Brings everything in that there is.</summary>
    public async Task CollectAllAsync(string user)
    {
        using UserFeeds.Share share = feeds.Open(user);
        while (await share.Feed.CollectAsync(all: true))
        {
        }
    }

    private async Task<FeedId> EndAsync(UserFeed feed)
    {
        while (await feed.CollectAsync(all: true))
        {
        }

        return await _services.HolderAsync(feed.User) is { } reader
            && await _services.Store.ReadBackAsync(reader, new FeedId(ulong.MaxValue, ulong.MaxValue), 1) is [var last]
            ? last.Id
            : FeedId.Start;
    }

    // What the feed has already is enough when it fills the page; only else is there something to bring in.
    private async Task<(List<FeedItem> Items, FeedId Cursor)> GatherAsync(UserFeed feed, FeedId after, int count, bool all)
    {
        (List<FeedItem> items, FeedId cursor) = await PageAsync(feed.User, after, count);
        bool more = true;
        while (more && items.Count < count)
        {
            more = await feed.CollectAsync(all);
            all = false;
            (List<FeedItem> next, cursor) = await PageAsync(feed.User, cursor, count - items.Count);
            items.AddRange(next);
        }

        return (items, cursor);
    }

    private async Task<(List<FeedItem> Items, FeedId Cursor)> PageAsync(string user, FeedId after, int count) =>
        await _services.HolderAsync(user) is { } reader ? await FeedPage.ReadAsync(_services.Store, reader, after, count) : ([], after);
}
