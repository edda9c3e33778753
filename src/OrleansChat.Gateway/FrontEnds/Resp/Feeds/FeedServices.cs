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
    ILogger<FeedServices> logger)
{
    /// <summary>Conversations that are looked at or followed at once.</summary>
    public const int AtOnce = 64;

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
}
