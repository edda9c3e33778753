using Orleans.Runtime;
using Orleans.Streams;
using OrleansChat.Streams;

namespace OrleansChat.Gateway.Sessions;

/// <summary>Streams of one namespace that local sessions share: each key is subscribed to once however many sessions listen.</summary>
internal sealed partial class StreamFanout(
    IStreamProvider streams, string streamNamespace, Action<string, ChatSession[], Announcement> receive, ILogger logger)
{
    private readonly Dictionary<string, Shared> _shared = new(StringComparer.Ordinal);

    /// <summary>Lets a session listen. When the task is done, nothing announced from then on is missed.</summary>
    public async Task AddAsync(string key, ChatSession session)
    {
        Shared? shared;
        lock (_shared)
        {
            if (!_shared.TryGetValue(key, out shared))
            {
                _shared.Add(key, shared = new Shared(key, receive));
                shared.Handle = SubscribeAsync(shared);
            }

            shared.Sessions = [.. shared.Sessions, session];
        }

        try
        {
            await shared.Handle!;
        }
        catch
        {
            // The next one to listen tries again.
            lock (_shared)
            {
                if (_shared.TryGetValue(key, out Shared? present) && ReferenceEquals(present, shared))
                {
                    _shared.Remove(key);
                }
            }

            throw;
        }
    }

    public void Remove(string key, ChatSession session)
    {
        lock (_shared)
        {
            if (!_shared.TryGetValue(key, out Shared? shared))
            {
                return;
            }

            shared.Sessions = [.. shared.Sessions.Where(other => !ReferenceEquals(other, session))];
            if (shared.Sessions.Length == 0)
            {
                _shared.Remove(key);
                _ = UnsubscribeAsync(shared);
            }
        }
    }

    /// <summary>The sessions that listen to a key.</summary>
    public ChatSession[] Listeners(string key)
    {
        lock (_shared)
        {
            return _shared.TryGetValue(key, out Shared? shared) ? shared.Sessions : [];
        }
    }

    private async Task<StreamSubscriptionHandle<Announcement>> SubscribeAsync(Shared shared)
    {
        await Task.Yield();
        return await streams.GetStream<Announcement>(StreamId.Create(streamNamespace, shared.Key)).SubscribeAsync(shared);
    }

    private async Task UnsubscribeAsync(Shared shared)
    {
        await Task.Yield();
        try
        {
            await (await shared.Handle!).UnsubscribeAsync();
        }
        catch (StorageUnavailableException unavailable)
        {
            // What this node still seems to follow is removed with its lease, or the next time it stops following.
            LogUnfollowFailed(unavailable, streamNamespace, shared.Key);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not stop following {Namespace}/{Key}")]
    private partial void LogUnfollowFailed(Exception failure, string @namespace, string key);

    private sealed class Shared(string key, Action<string, ChatSession[], Announcement> receive) : IAsyncObserver<Announcement>
    {
        private ChatSession[] _sessions = [];

        public string Key { get; } = key;

        public ChatSession[] Sessions
        {
            get => Volatile.Read(ref _sessions);
            set => Volatile.Write(ref _sessions, value);
        }

        public Task<StreamSubscriptionHandle<Announcement>>? Handle { get; set; }

        public Task OnNextAsync(Announcement item, StreamSequenceToken? token = null)
        {
            receive(Key, Sessions, item);
            return Task.CompletedTask;
        }

        public Task OnErrorAsync(Exception ex) => OnNextAsync(new Announcement(AnnouncementKind.Interrupted, default));
    }
}
