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

    private readonly SemaphoreSlim _repairs = new(RepairsAtOnce);
    private readonly ConcurrentDictionary<string, ConversationFeed> _started = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Shared> _shared = new(StringComparer.Ordinal);

    /// <summary>The feed of a conversation that sessions here hear.</summary>
    public bool TryGet(string conversation, [NotNullWhen(true)] out ConversationFeed? feed) => _started.TryGetValue(conversation, out feed);

    /// <summary>Follows a conversation, or shares in following it. Each success needs one <see cref="Release(ConversationFeed)"/>.</summary>
    public async Task<Result<ConversationFeed>> AcquireAsync(ConversationId id)
    {
        Shared? shared;
        lock (_shared)
        {
            if (!_shared.TryGetValue(id.Value, out shared))
            {
                shared = new Shared(new ConversationFeed(id, log, _repairs, time, logger));
                _shared.Add(id.Value, shared);
                shared.Starting = StartAsync(shared);
            }

            shared.Users++;
        }

        ChatError? error = await shared.Starting;
        if (error is null)
        {
            return shared.Feed;
        }

        Release(shared);
        return error;
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

    private async Task<ChatError?> StartAsync(Shared shared)
    {
        // The dictionary's lock is held by the caller; nothing of this may run under it.
        await Task.Yield();
        try
        {
            shared.Handle = await streams
                .GetStream<Announcement>(StreamId.Create(ChatStreams.Conversation, shared.Feed.Id.Value))
                .SubscribeAsync(shared.Feed);
            ChatError? error = await shared.Feed.StartAsync();
            if (error is null)
            {
                _started[shared.Feed.Id.Value] = shared.Feed;
            }

            return error;
        }
        catch (StorageUnavailableException)
        {
            return ChatError.Unavailable;
        }
    }

    private async Task StopAsync(Shared shared)
    {
        try
        {
            await shared.Starting;
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

        public Task<ChatError?> Starting { get; set; } = Task.FromResult<ChatError?>(null);

        public StreamSubscriptionHandle<Announcement>? Handle { get; set; }

        public int Users { get; set; }
    }
}
