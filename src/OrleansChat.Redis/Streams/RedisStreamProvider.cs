using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using Orleans.Streams;
using OrleansChat.Presence;
using OrleansChat.Redis.Connections;
using OrleansChat.Streams;
using StackExchange.Redis;

namespace OrleansChat.Redis.Streams;

/// <summary>
/// The streams over Redis pub/sub: a node has one channel and is told only of the streams that somebody on it observes.
/// What is announced may be lost, repeated or late; observers of <see cref="Announcement"/> hear when it may have been.
/// </summary>
internal sealed class RedisStreamProvider : IStreamProvider, IAsyncDisposable
{
    private static readonly RedisScript Announce = RedisScript.Load("stream-announce");

    private readonly RedisConnection _redis;
    private readonly StreamCounters _counters = new();
    private readonly StreamInterests _interests;
    private readonly Dispatcher _dispatcher;
    private readonly NodeSubscription _subscription;
    private readonly ILogger _logger;
    private int _stopped;

    public RedisStreamProvider(
        RedisConnection redis,
        IOptions<RedisOptions> redisOptions,
        IOptions<RedisStreamOptions> options,
        NodeIdentity identity,
        TimeProvider time,
        ILogger<RedisStreamProvider> logger)
    {
        _redis = redis;
        _logger = logger;
        _interests = new StreamInterests(new FollowerSets(redis), options.Value, time, logger, identity.Current);
        _dispatcher = new Dispatcher(_interests, _counters);
        _subscription = new NodeSubscription(redis, redisOptions.Value, _interests, _dispatcher, identity);
    }

    public string Name => ChatStreams.Provider;

    public bool IsRewindable => false;

    public StreamCounters Counters => _counters;

    /// <summary>What this node follows, lingering streams included.</summary>
    public IReadOnlyCollection<StreamName> Following => [.. _interests.All.Select(interest => interest.Name)];

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The name cannot be used, or the stream carries <see cref="Announcement"/> and nothing else.</exception>
    public IAsyncStream<T> GetStream<T>(StreamId streamId)
    {
        StreamName name = StreamName.Of(streamId);
        return !name.CarriesAnnouncements || typeof(T) == typeof(Announcement)
            ? new RedisStream<T>(this, streamId, name)
            : throw new ArgumentException($"Streams of the namespace '{name.Namespace}' carry {nameof(Announcement)}.", nameof(streamId));
    }

    /// <summary>Connects. Ends when the node hears announcements, however long Redis takes to come up.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => _subscription.StartAsync(cancellationToken);

    /// <summary>Removes what this node follows from Redis and closes the connection.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1)
        {
            return;
        }

        await _subscription.DisposeAsync().ConfigureAwait(false);
        try
        {
            await _interests.ReleaseAllAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is StorageUnavailableException or RedisServerException or RedisReplyException or OperationCanceledException)
        {
            StreamLog.ReleaseFailed(_logger, failure);
        }

        await _dispatcher.CompleteAsync().ConfigureAwait(false);
        _counters.Dispose();
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None).ConfigureAwait(false);

    /// <summary>Tells the nodes that follow, in one step and in the given order.</summary>
    public Task AnnounceAsync(StreamName stream, byte[][] messages)
    {
        RedisValue[] arguments = [stream.IsConversation ? "meta" : "set", .. messages.Select(message => (RedisValue)message)];
        return _redis.EvaluateAsync(Announce, [stream.Nodes], arguments);
    }

    public async Task<LocalSubscription<T>> SubscribeAsync<T>(StreamName stream, Func<T, Task> observe)
    {
        LocalSubscription<T> subscription = new(stream, observe, _dispatcher);
        await _interests.AddAsync(subscription).ConfigureAwait(false);
        return subscription;
    }

    public void Unsubscribe<T>(LocalSubscription<T> subscription)
    {
        if (!subscription.TryClose())
        {
            throw new InvalidOperationException("This subscription has ended already.");
        }

        _interests.Remove(subscription);
    }

    public IReadOnlyList<LocalSubscription> Subscriptions(StreamName stream) => _interests.Find(stream.Id) is { } interest ? interest.Subscriptions.ToArray() : [];
}
