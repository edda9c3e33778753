using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Orleans.Runtime;
using Orleans.Streams;
using OrleansChat.Streams;

namespace OrleansChat.Redis.Streams;

/// <summary>A stream by its name. Streams have no state of their own here: two objects of the same name are the same stream.</summary>
[SuppressMessage("Design", "CA1036", Justification = "Comparable because Orleans' streams are; nobody compares them by operators.")]
internal sealed class RedisStream<T>(RedisStreamProvider provider, StreamId id, StreamName name) : IAsyncStream<T>
{
    public bool IsRewindable => false;

    public string ProviderName => provider.Name;

    public StreamId StreamId => id;

    public StreamName Name => name;

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer) => SubscribeAsync(Observing(observer));

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token, string? filterData = null)
    {
        RefuseToken(token);
        return filterData is null
            ? SubscribeAsync(observer)
            : throw new NotSupportedException("The redis streams have no filters: an observer gets every item of its stream.");
    }

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer) => SubscribeAsync(Observing(observer));

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token)
    {
        RefuseToken(token);
        return SubscribeAsync(observer);
    }

    public Task OnNextAsync(T item, StreamSequenceToken? token = null)
    {
        RefuseToken(token);
        return provider.AnnounceAsync(name, [Write(item)]);
    }

    public async Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        RefuseToken(token);
        byte[][] messages = [.. batch.Select(Write)];
        if (messages.Length > 0)
        {
            await provider.AnnounceAsync(name, messages).ConfigureAwait(false);
        }
    }

    public Task OnCompletedAsync() =>
        throw new NotSupportedException("A redis stream does not end: unsubscribe to hear no more of it.");

    public Task OnErrorAsync(Exception ex) =>
        throw new NotSupportedException("The redis streams carry no errors: announce what happened as an item.", ex);

    public Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles() =>
        Task.FromResult<IList<StreamSubscriptionHandle<T>>>(
            [.. provider.Subscriptions(name).OfType<LocalSubscription<T>>().Where(one => one.IsOpen).Select(one => new RedisSubscriptionHandle<T>(this, one))]);

    public Task UnsubscribeAsync(LocalSubscription<T> subscription)
    {
        provider.Unsubscribe(subscription);
        return Task.CompletedTask;
    }

    public bool Equals(IAsyncStream<T>? other) => other is RedisStream<T> stream && id.Equals(stream.StreamId);

    public override bool Equals(object? obj) => Equals(obj as IAsyncStream<T>);

    public override int GetHashCode() => id.GetHashCode();

    public int CompareTo(IAsyncStream<T>? other) => other is RedisStream<T> stream ? id.CompareTo(stream.StreamId) : 1;

    public override string ToString() => name.ToString();

    public static Func<T, Task> Observing(IAsyncObserver<T> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        return item => observer.OnNextAsync(item);
    }

    // Items are handed over one by one as they come in. There are no tokens to give: these streams cannot be rewound.
    public static Func<T, Task> Observing(IAsyncBatchObserver<T> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        return item => observer.OnNextAsync([new SequentialItem<T>(item, null!)]);
    }

    public static void RefuseToken(StreamSequenceToken? token)
    {
        if (token is not null)
        {
            throw new NotSupportedException("The redis streams cannot be rewound and take no sequence tokens: read the log for what came before.");
        }
    }

    private async Task<StreamSubscriptionHandle<T>> SubscribeAsync(Func<T, Task> observe) =>
        new RedisSubscriptionHandle<T>(this, await provider.SubscribeAsync(name, observe).ConfigureAwait(false));

    private byte[] Write(T item) =>
        item is null
            ? throw new ArgumentNullException(nameof(item))
            : name.CarriesAnnouncements && item is Announcement announcement
                ? AnnouncementFormat.Write(name, announcement)
                : AnnouncementFormat.WriteItem(name, JsonSerializer.SerializeToUtf8Bytes(item, JsonItems.Options));
}
