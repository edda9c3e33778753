using Orleans.Streams;
using OrleansChat.Feeds;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Streams;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.Resp.Feeds;

/// <summary>What every feed works with.</summary>
internal sealed class FeedServices(
    IUserFeedStore store,
    IUserDirectory directory,
    ConversationFeeds conversations,
    [FromKeyedServices(ChatStreams.Provider)] IStreamProvider streams,
    TimeProvider time,
    ILogger<FeedServices> logger) : IDisposable
{
    /// <summary>Conversations that are looked at or followed at once.</summary>
    public const int AtOnce = 64;

    /// <summary>
    /// Users whose feeds are brought up to date, or begin to be listened to, at once on this node. A thousand who come together take turns:
    /// all at once, storage would answer the last of them too late.
    /// </summary>
    private const int MaxWorking = 16;

    private readonly SemaphoreSlim _places = new(MaxWorking);

    /// <summary>Namespace of the streams that tell of entries that stand in no conversation; the key is the user's name.</summary>
    public const string Notes = "feed";

    public IUserFeedStore Store { get; } = store;

    public IUserDirectory Directory { get; } = directory;

    public ConversationFeeds Conversations { get; } = conversations;

    public IStreamProvider Streams { get; } = streams;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;

    /// <summary>Whoever holds a name now; null when nobody does.</summary>
    public async Task<Actor?> HolderAsync(string user) =>
        await Directory.FindAsync(user) is { } account ? new Actor(user, account.Incarnation, string.Empty) : null;

    /// <summary>Does work on one user's feed when its turn comes.</summary>
    public async Task<T> InTurnAsync<T>(Func<Task<T>> work)
    {
        await _places.WaitAsync();
        try
        {
            return await work();
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();
}
