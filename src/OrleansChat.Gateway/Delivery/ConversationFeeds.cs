using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;
using Orleans.Streams;
using OrleansChat.Conversations;
using OrleansChat.Streams;

namespace OrleansChat.Gateway.Delivery;

/// <summary>The conversations that this node's sessions hear, each followed once however many sessions hear it.</summary>
internal sealed partial class ConversationFeeds(
    [FromKeyedServices(ChatStreams.Provider)] IStreamProvider streams, IMessageLog log, TimeProvider time, ILogger<ConversationFeeds> logger)
    : IDisposable
{
    private const int RepairsAtOnce = 64;
    private const int StartsAtOnce = 256;

    private readonly SemaphoreSlim _repairs = new(RepairsAtOnce);
    private readonly ConcurrentDictionary<string, ConversationFeed> _started = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Shared> _shared = new(StringComparer.Ordinal);

    /// <summary>The feed of a conversation that sessions here hear.</summary>
    public bool TryGet(string conversation, [NotNullWhen(true)] out ConversationFeed? feed) => _started.TryGetValue(conversation, out feed);

    /// <summary>Follows a conversation, or shares in following it. Each success needs one <see cref="Release(ConversationFeed)"/>.</summary>
    public async Task<Result<ConversationFeed>> AcquireAsync(ConversationId id)
    {
        Result<ConversationFeed[]> feeds = await AcquireAllAsync([id]);
        return feeds.IsOk ? feeds.Value[0] : feeds.Error;
    }

    /// <summary>Follows conversations, or shares in following them: all or, when one cannot be followed, none. The feeds are in the order of the ids.</summary>
    public async Task<Result<ConversationFeed[]>> AcquireAllAsync(IReadOnlyList<ConversationId> ids)
    {
        Shared[] shares = Join(ids, out List<Shared> fresh);
        _ = StartInTurnAsync(fresh);

        ChatError? error;
        try
        {
            error = await StartedAsync(shares);
        }
        catch
        {
            Release(shares);
            throw;
        }

        if (error is not null)
        {
            Release(shares);
            return error;
        }

        return Array.ConvertAll(shares, static shared => shared.Feed);
    }

    /// <summary>Ends one share; the last one ends the following.</summary>
    public void Release(ConversationFeed feed)
    {
        Shared? shared;
        lock (_shared)
        {
            if (!_shared.TryGetValue(feed.Id.Value, out shared) || !ReferenceEquals(shared.Feed, feed))
            {
                return;
            }
        }

        Release(shared);
    }

    public void Dispose() => _repairs.Dispose();

    private Shared[] Join(IReadOnlyList<ConversationId> ids, out List<Shared> fresh)
    {
        var shares = new Shared[ids.Count];
        fresh = [];
        lock (_shared)
        {
            for (int i = 0; i < shares.Length; i++)
            {
                if (!_shared.TryGetValue(ids[i].Value, out Shared? shared))
                {
                    shared = new Shared(new ConversationFeed(ids[i], log, _repairs, time, logger));
                    _shared.Add(ids[i].Value, shared);
                    fresh.Add(shared);
                }

                shared.Users++;
                shares[i] = shared;
            }
        }

        return shares;
    }

    private void Release(Shared[] shares)
    {
        foreach (Shared shared in shares)
        {
            Release(shared);
        }
    }

    private void Release(Shared shared)
    {
        lock (_shared)
        {
            if (--shared.Users > 0)
            {
                return;
            }

            _shared.Remove(shared.Feed.Id.Value);
            _started.TryRemove(new KeyValuePair<string, ConversationFeed>(shared.Feed.Id.Value, shared.Feed));
        }

        shared.Feed.Stop();
        _ = StopAsync(shared);
    }

    // Waits for all of them, whatever becomes of one: what has not started must not be let go of.
    private static async Task<ChatError?> StartedAsync(Shared[] shares)
    {
        foreach (Shared shared in shares)
        {
            await ((Task)shared.Started.Task).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }

        ChatError? error = null;
        foreach (Shared shared in shares)
        {
            error ??= await shared.Started.Task;
        }

        return error;
    }

    // Some after the others, so that somebody with very many leaves others room in between. After a failure the rest is not tried.
    private async Task StartInTurnAsync(List<Shared> fresh)
    {
        ChatError? error = null;
        foreach (Shared[] some in fresh.Chunk(StartsAtOnce))
        {
            if (error is null)
            {
                error = await StartAsync(some);
            }
            else
            {
                Array.ForEach(some, shared => shared.Started.SetResult(error));
            }
        }
    }

    /// <summary>Subscribes to some conversations first and reads where they end afterwards, so that nothing falls between.</summary>
    private async Task<ChatError?> StartAsync(Shared[] some)
    {
        try
        {
            await Task.WhenAll(some.Select(SubscribeAsync));
            Result<IReadOnlyList<KnownPosition>> ends = await log.EndsAsync(Array.ConvertAll(some, static shared => shared.Feed.Id));
            for (int i = 0; i < some.Length; i++)
            {
                if (ends.IsOk)
                {
                    some[i].Feed.Start(ends.Value[i]);
                    _started[some[i].Feed.Id.Value] = some[i].Feed;
                }

                some[i].Started.SetResult(ends.Error);
            }

            return ends.Error;
        }
        catch (StorageUnavailableException)
        {
            Array.ForEach(some, static shared => shared.Started.TrySetResult(ChatError.Unavailable));
            return ChatError.Unavailable;
        }
#pragma warning disable CA1031 // Whoever waits for the start gets the failure.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Array.ForEach(some, shared => shared.Started.TrySetException(failure));
            return ChatError.Unavailable;
        }
    }

    private async Task SubscribeAsync(Shared shared) =>
        shared.Handle = await streams
            .GetStream<Announcement>(StreamId.Create(ChatStreams.Conversation, shared.Feed.Id.Value))
            .SubscribeAsync(shared.Feed);

    private async Task StopAsync(Shared shared)
    {
        try
        {
            await ((Task)shared.Started.Task).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            if (shared.Handle is { } handle)
            {
                await handle.UnsubscribeAsync();
            }
        }
        catch (StorageUnavailableException unavailable)
        {
            // What this node still seems to follow is removed with its lease, or the next time it stops following.
            LogUnfollowFailed(unavailable, shared.Feed.Id.Value);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not stop following {Conversation}")]
    private partial void LogUnfollowFailed(Exception failure, string conversation);

    private sealed class Shared(ConversationFeed feed)
    {
        public ConversationFeed Feed { get; } = feed;

        /// <summary>Ends when the feed has started, with what kept it from starting.</summary>
        public TaskCompletionSource<ChatError?> Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public StreamSubscriptionHandle<Announcement>? Handle { get; set; }

        public int Users { get; set; }
    }
}
