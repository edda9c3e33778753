using System.Collections.Immutable;
using Orleans.Providers.Streams.Common;
using Orleans.Runtime;
using Orleans.Streams;

namespace OrleansChat.Runtime.Streams;

/// <summary>One stream in memory: hands each batch to every subscription's own queue.</summary>
internal sealed class MemoryStream<T>(string providerName, StreamId id) : IAsyncStream<T>
{
    private readonly Lock _lock = new();
    private ImmutableArray<MemorySubscription<T>> _subscriptions = [];
    private long _sequence;

    public bool IsRewindable => false;

    public string ProviderName => providerName;

    public StreamId StreamId => id;

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer) => SubscribeAsync(observer, token: null);

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token, string? filterData = null) =>
        Add(new MemorySubscription<T>(this, MemorySubscription<T>.OneByOne(observer)), token);

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer) => SubscribeAsync(observer, token: null);

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token) =>
        Add(new MemorySubscription<T>(this, observer), token);

    public Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles()
    {
        lock (_lock)
        {
            return Task.FromResult<IList<StreamSubscriptionHandle<T>>>([.. _subscriptions]);
        }
    }

    public Task OnNextAsync(T item, StreamSequenceToken? token = null) => OnNextBatchAsync([item], token);

    public Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null)
    {
        lock (_lock)
        {
            // Numbered and queued in one step: every subscription sees the same order.
            var number = token?.SequenceNumber ?? _sequence++;
            var items = batch.Select((item, i) => new SequentialItem<T>(item, token ?? new EventSequenceTokenV2(number, i))).ToArray();
            foreach (var subscription in _subscriptions)
            {
                subscription.Post(observer => observer.OnNextAsync(items));
            }
        }

        return Task.CompletedTask;
    }

    public Task OnCompletedAsync() => Post(observer => observer.OnCompletedAsync());

    public Task OnErrorAsync(Exception ex) => Post(observer => observer.OnErrorAsync(ex));

    public void Remove(MemorySubscription<T> subscription)
    {
        lock (_lock)
        {
            _subscriptions = _subscriptions.Remove(subscription);
        }
    }

    public bool Equals(IAsyncStream<T>? other) => other is not null && other.ProviderName == ProviderName && other.StreamId == StreamId;

    public override bool Equals(object? obj) => Equals(obj as IAsyncStream<T>);

    public override int GetHashCode() => id.GetHashCode();

    public int CompareTo(IAsyncStream<T>? other) => other is null ? 1 : StreamId.CompareTo(other.StreamId);

    private Task<StreamSubscriptionHandle<T>> Add(MemorySubscription<T> subscription, StreamSequenceToken? token)
    {
        if (token is not null)
        {
            throw new NotSupportedException("Streams in memory cannot be rewound.");
        }

        lock (_lock)
        {
            _subscriptions = _subscriptions.Add(subscription);
        }

        return Task.FromResult<StreamSubscriptionHandle<T>>(subscription);
    }

    private Task Post(Func<IAsyncBatchObserver<T>, Task> what)
    {
        lock (_lock)
        {
            foreach (var subscription in _subscriptions)
            {
                subscription.Post(what);
            }
        }

        return Task.CompletedTask;
    }
}
