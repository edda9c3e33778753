using System.Text;
using Orleans.Runtime;
using Orleans.Streams;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Streams;

namespace OrleansChat.Gateway.FrontEnds.Resp.Feeds;

/// <summary>
/// Listens to everything that can add to a user's feed: the conversations in their list, what is announced to them, and notes. One for a user
/// however many wait; it costs nothing while nothing happens.
/// </summary>
internal sealed partial class FeedWatch(UserFeed feed, FeedServices services) : IAsyncObserver<Announcement>, IAsyncObserver<string>
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ConversationFeed> _followed = new(StringComparer.Ordinal);
    private StreamSubscriptionHandle<Announcement>? _user;
    private StreamSubscriptionHandle<string>? _notes;
    private volatile bool _broken;
    private bool _ended;

    /// <summary>Whether it may have missed something for good: another one has to take its place.</summary>
    public bool IsBroken => _broken;

    /// <summary>Begins to listen. What is new from then on is marked in the feed.</summary>
    /// <exception cref="StorageUnavailableException">It does not listen to everything.</exception>
    public async Task StartAsync()
    {
        _user = await services.Streams.GetStream<Announcement>(StreamId.Create(ChatStreams.User, feed.User)).SubscribeAsync(this);
        _notes = await services.Streams.GetStream<string>(StreamId.Create(FeedServices.Notes, feed.User)).SubscribeAsync(this);
        await FollowListAsync();
    }

    /// <summary>Listens no more.</summary>
    public async Task EndAsync()
    {
        ConversationFeed[] followed;
        lock (_gate)
        {
            _ended = true;
            followed = [.. _followed.Values];
            _followed.Clear();
        }

        foreach (ConversationFeed conversation in followed)
        {
            Release(conversation);
        }

        try
        {
            await (_user?.UnsubscribeAsync() ?? Task.CompletedTask);
            await (_notes?.UnsubscribeAsync() ?? Task.CompletedTask);
        }
        catch (StorageUnavailableException unavailable)
        {
            // What this node still seems to follow is removed with its lease, or the next time it stops following.
            LogUnfollowFailed(unavailable, feed.User);
        }
    }

    /// <inheritdoc />
    public Task OnNextAsync(Announcement item, StreamSequenceToken? token = null)
    {
        switch (item.Kind)
        {
            case AnnouncementKind.Follow when TryRead(item, out ConversationId id):
                _ = RunAsync(() => FollowAsync(id));
                break;
            case AnnouncementKind.Unfollow when TryRead(item, out ConversationId id):
                Unfollow(id);
                break;
            case AnnouncementKind.Interrupted:
                _ = RunAsync(FollowListAsync);
                break;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task OnNextAsync(string item, StreamSequenceToken? token = null)
    {
        feed.Wake();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task OnErrorAsync(Exception ex)
    {
        _ = RunAsync(FollowListAsync);
        return Task.CompletedTask;
    }

    private static bool TryRead(Announcement item, out ConversationId id) =>
        ConversationId.TryParse(Encoding.UTF8.GetString(item.Payload.Span), out id);

    private async Task FollowListAsync()
    {
        IReadOnlyDictionary<string, long> list = await services.Directory.ConversationsAsync(feed.User);
        await Parallel.ForEachAsync(
            list.Keys,
            new ParallelOptions { MaxDegreeOfParallelism = FeedServices.AtOnce },
            async (conversation, _) =>
            {
                if (ConversationId.TryParse(conversation, out ConversationId id))
                {
                    await AddAsync(id);
                }
            });
        feed.Mark(null);
    }

    private async Task FollowAsync(ConversationId id)
    {
        await AddAsync(id);
        feed.Mark(id.Value);
    }

    private async Task AddAsync(ConversationId id)
    {
        lock (_gate)
        {
            if (_ended || _followed.ContainsKey(id.Value))
            {
                return;
            }
        }

        Result<ConversationFeed> acquired = await services.Conversations.AcquireAsync(id);
        if (!acquired.IsOk)
        {
            throw new StorageUnavailableException($"{id.Value} cannot be followed: {acquired.Error.Name}.");
        }

        lock (_gate)
        {
            if (!_ended && _followed.TryAdd(id.Value, acquired.Value))
            {
                acquired.Value.Moved += Moved;
                return;
            }
        }

        services.Conversations.Release(acquired.Value);
    }

    private void Unfollow(ConversationId id)
    {
        ConversationFeed? conversation;
        lock (_gate)
        {
            _followed.Remove(id.Value, out conversation);
        }

        if (conversation is not null)
        {
            Release(conversation);
        }
    }

    private void Release(ConversationFeed conversation)
    {
        conversation.Moved -= Moved;
        services.Conversations.Release(conversation);
    }

    private void Moved(ConversationFeed conversation) => feed.Mark(conversation.Id.Value);

    private async Task RunAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (StorageUnavailableException unavailable)
        {
            // The announcement will not come again: those who wait are told, and ask again.
            LogFollowFailed(unavailable, feed.User);
            _broken = true;
            feed.Wake();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not stop listening for {User}")]
    private static partial void LogUnfollowFailed(ILogger logger, Exception failure, string user);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not listen for {User}: those who wait have to ask again")]
    private static partial void LogFollowFailed(ILogger logger, Exception failure, string user);

    private void LogUnfollowFailed(Exception failure, string user) => LogUnfollowFailed(services.Logger, failure, user);

    private void LogFollowFailed(Exception failure, string user) => LogFollowFailed(services.Logger, failure, user);
}
