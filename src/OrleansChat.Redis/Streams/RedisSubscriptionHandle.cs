using Orleans.Runtime;
using Orleans.Streams;

namespace OrleansChat.Redis.Streams;

/// <summary>A subscription of this process. It means nothing elsewhere and is not to be stored.</summary>
internal sealed class RedisSubscriptionHandle<T>(RedisStream<T> stream, LocalSubscription<T> subscription) : StreamSubscriptionHandle<T>
{
    public override StreamId StreamId => stream.StreamId;

    public override string ProviderName => stream.ProviderName;

    public override Guid HandleId => subscription.Id;

    public override Task UnsubscribeAsync() => stream.UnsubscribeAsync(subscription);

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null)
    {
        RedisStream<T>.RefuseToken(token);
        return Resume(RedisStream<T>.Observing(observer));
    }

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token = null)
    {
        RedisStream<T>.RefuseToken(token);
        return Resume(RedisStream<T>.Observing(observer));
    }

    public override bool Equals(StreamSubscriptionHandle<T>? other) => other is not null && other.HandleId == HandleId;

    public override bool Equals(object? obj) => Equals(obj as StreamSubscriptionHandle<T>);

    public override int GetHashCode() => HandleId.GetHashCode();

    private Task<StreamSubscriptionHandle<T>> Resume(Func<T, Task> observe) =>
        subscription.TryReplace(observe)
            ? Task.FromResult<StreamSubscriptionHandle<T>>(new RedisSubscriptionHandle<T>(stream, subscription))
            : throw new InvalidOperationException("This subscription has ended; subscribe again.");
}
