using Orleans.Runtime;
using Orleans.Streams;
using OrleansChat.Streams;

namespace OrleansChat.Gateway.Tests.Simulation;

/// <summary>Streams of one node whose announcements arrive when and as the test says.</summary>
internal sealed class ScriptedStreams(SeededScheduler scheduler) : IStreamProvider
{
    private readonly List<Subscribed> _subscribed = [];

    private SeededScheduler Scheduler => scheduler;

    public string Name => ChatStreams.Provider;

    public bool IsRewindable => false;

    public IAsyncStream<T> GetStream<T>(StreamId streamId) => (IAsyncStream<T>)(object)new Stream(this, streamId);

    /// <summary>Whether the node follows a conversation now.</summary>
    public bool Follows(string conversation) => _subscribed.Any(one => one.Key == conversation);

    /// <summary>Lets an announcement arrive at those who follow the conversation at this moment.</summary>
    public void Deliver(string conversation, Announcement announcement)
    {
        foreach (Subscribed one in _subscribed.Where(one => one.Key == conversation).ToArray())
        {
            one.Observer.OnNextAsync(announcement).GetAwaiter().GetResult();
        }
    }

    /// <summary>The subscription was broken and is back: what was announced meanwhile is lost.</summary>
    public void Interrupt()
    {
        foreach (Subscribed one in _subscribed.ToArray())
        {
            one.Observer.OnNextAsync(new Announcement(AnnouncementKind.Interrupted, default)).GetAwaiter().GetResult();
        }
    }

    private sealed class Subscribed(ScriptedStreams streams, StreamId id, IAsyncObserver<Announcement> observer) : StreamSubscriptionHandle<Announcement>
    {
        public string Key { get; } = id.GetKeyAsString();

        public IAsyncObserver<Announcement> Observer { get; } = observer;

        public override StreamId StreamId { get; } = id;

        public override string ProviderName => ChatStreams.Provider;

        public override Guid HandleId { get; } = Guid.NewGuid();

        public override Task UnsubscribeAsync()
        {
            streams._subscribed.Remove(this);
            return Task.CompletedTask;
        }

        public override Task<StreamSubscriptionHandle<Announcement>> ResumeAsync(IAsyncObserver<Announcement> observer, StreamSequenceToken? token = null) =>
            throw new NotSupportedException();

        public override Task<StreamSubscriptionHandle<Announcement>> ResumeAsync(IAsyncBatchObserver<Announcement> observer, StreamSequenceToken? token = null) =>
            throw new NotSupportedException();

        public override bool Equals(StreamSubscriptionHandle<Announcement>? other) => ReferenceEquals(this, other);

        public override bool Equals(object? obj) => ReferenceEquals(this, obj);

        public override int GetHashCode() => HandleId.GetHashCode();
    }

    private sealed class Stream(ScriptedStreams streams, StreamId id) : IAsyncStream<Announcement>
    {
        public bool IsRewindable => false;

        public string ProviderName => ChatStreams.Provider;

        public StreamId StreamId => id;

        public async Task<StreamSubscriptionHandle<Announcement>> SubscribeAsync(IAsyncObserver<Announcement> observer)
        {
            await streams.Scheduler.HesitateAsync(3);
            var subscribed = new Subscribed(streams, id, observer);
            streams._subscribed.Add(subscribed);
            await streams.Scheduler.HesitateAsync(3);
            return subscribed;
        }

        public Task<StreamSubscriptionHandle<Announcement>> SubscribeAsync(
            IAsyncObserver<Announcement> observer, StreamSequenceToken? token, string? filterData = null) => throw new NotSupportedException();

        public Task<StreamSubscriptionHandle<Announcement>> SubscribeAsync(IAsyncBatchObserver<Announcement> observer) => throw new NotSupportedException();

        public Task<StreamSubscriptionHandle<Announcement>> SubscribeAsync(IAsyncBatchObserver<Announcement> observer, StreamSequenceToken? token) =>
            throw new NotSupportedException();

        public Task<IList<StreamSubscriptionHandle<Announcement>>> GetAllSubscriptionHandles() => throw new NotSupportedException();

        public Task OnNextAsync(Announcement item, StreamSequenceToken? token = null) => throw new NotSupportedException();

        public Task OnErrorAsync(Exception ex) => throw new NotSupportedException();

        public Task OnNextBatchAsync(IEnumerable<Announcement> batch, StreamSequenceToken? token = null) => throw new NotSupportedException();

        public bool Equals(IAsyncStream<Announcement>? other) => other?.StreamId.Equals(id) == true;

        public override bool Equals(object? obj) => Equals(obj as IAsyncStream<Announcement>);

        public override int GetHashCode() => id.GetHashCode();

        public int CompareTo(IAsyncStream<Announcement>? other) => other is null ? 1 : id.GetHashCode().CompareTo(other.StreamId.GetHashCode());
    }
}
