using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace OrleansChat.Redis.Streams;

/// <summary>Begins whenever everything has to be noted anew: after a broken subscription, and under a new node id.</summary>
internal sealed class Round(string node)
{
    public string Node { get; } = node;
}

/// <summary>All streams that this node has observers of.</summary>
internal sealed class StreamInterests(FollowerSets followers, RedisStreamOptions options, TimeProvider time, ILogger logger, string node)
{
    private const int AtOnce = 128;

    private readonly ConcurrentDictionary<byte[], StreamInterest> _interests = new(StreamNameComparer.Instance);
    private volatile Round _round = new(node);
    private volatile bool _stopped;

    public FollowerSets Followers => followers;

    public RedisStreamOptions Options => options;

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    public Round Round => _round;

    public int Count => _interests.Count;

    public IEnumerable<StreamInterest> All => _interests.Select(static pair => pair.Value);

    public StreamInterest? Find(ReadOnlySpan<byte> id) =>
        _interests.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(id, out StreamInterest? interest) ? interest : null;

    /// <summary>Adds an observer and ends when Redis has noted that this node follows the stream.</summary>
    /// <exception cref="StorageUnavailableException">Redis could not note it; the observer was not added.</exception>
    public async Task AddAsync(LocalSubscription subscription)
    {
        StreamInterest interest = Join(subscription);
        try
        {
            await interest.RegisterAsync().ConfigureAwait(false);
            ObjectDisposedException.ThrowIf(_stopped, this);
        }
        catch
        {
            interest.Remove(subscription);
            throw;
        }
    }

    public void Remove(LocalSubscription subscription) => Find(subscription.Stream.Id)?.Remove(subscription);

    public void Forget(StreamInterest interest) => _interests.TryRemove(KeyValuePair.Create(interest.Name.Id, interest));

    /// <summary>Notes everything anew.</summary>
    /// <exception cref="StorageUnavailableException">Not everything was noted.</exception>
    public Task RegisterAllAsync(string node, CancellationToken cancellationToken)
    {
        _round = new Round(node);
        return ForAllAsync(RegisterAsync, cancellationToken);
    }

    /// <summary>Notes everything again and returns the streams that Redis had forgotten.</summary>
    public async Task<IReadOnlyCollection<StreamInterest>> RefreshAllAsync(CancellationToken cancellationToken)
    {
        ConcurrentBag<StreamInterest> forgotten = [];
        await ForAllAsync(
            async (interest, _) =>
            {
                if (await interest.RefreshAsync().ConfigureAwait(false))
                {
                    forgotten.Add(interest);
                }
            },
            cancellationToken).ConfigureAwait(false);
        return forgotten;
    }

    /// <summary>Takes no further observers and removes everything that Redis noted.</summary>
    public async Task ReleaseAllAsync(CancellationToken cancellationToken)
    {
        _stopped = true;
        await ForAllAsync(static (interest, _) => new ValueTask(interest.ReleaseAsync()), cancellationToken).ConfigureAwait(false);
        _interests.Clear();
    }

    // One stream that Redis refuses for good must not keep the node from hearing all others.
    private async ValueTask RegisterAsync(StreamInterest interest, CancellationToken cancellationToken)
    {
        try
        {
            await interest.RegisterAsync().ConfigureAwait(false);
        }
        catch (Exception refusal) when (refusal is RedisServerException or RedisReplyException)
        {
            StreamLog.NotNoted(logger, interest.Name, refusal);
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "Whoever removes an interest from the dictionary disposes it; one that lost the race owns nothing yet.")]
    private StreamInterest Join(LocalSubscription subscription)
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            StreamInterest interest = _interests.GetOrAdd(
                subscription.Stream.Id, static (_, argument) => new StreamInterest(argument.Stream, argument.All), (subscription.Stream, All: this));
            if (interest.TryAdd(subscription))
            {
                return interest;
            }

            Forget(interest);
        }
    }

    private Task ForAllAsync(Func<StreamInterest, CancellationToken, ValueTask> step, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(All, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, step);
}
