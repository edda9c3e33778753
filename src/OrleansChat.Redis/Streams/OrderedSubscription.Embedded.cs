using StackExchange.Redis;

namespace OrleansChat.Redis.Streams;

/// <summary>Subscribes such that messages are handed over in order of arrival.</summary>
internal static class OrderedSubscription
{
    // This version calls handlers one after the other (PreserveAsyncOrder, its default).
    public static Task SubscribeAsync(ISubscriber subscriber, RedisChannel channel, Action<RedisValue> arrived) =>
        subscriber.SubscribeAsync(channel, (_, message) => arrived(message));
}
