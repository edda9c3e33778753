using StackExchange.Redis;

namespace OrleansChat.Redis.Streams;

/// <summary>Subscribes such that messages are handed over in order of arrival.</summary>
internal static class OrderedSubscription
{
    // This version calls handlers concurrently; only a queue keeps the order.
    public static async Task SubscribeAsync(ISubscriber subscriber, RedisChannel channel, Action<RedisValue> arrived)
    {
        ChannelMessageQueue queue = await subscriber.SubscribeAsync(channel).ConfigureAwait(false);
        queue.OnMessage(message => arrived(message.Message));
    }
}
