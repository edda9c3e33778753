using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Queues;
using OrleansChat.Redis.Queues;
using OrleansChat.Redis.Tests.Conversations;

namespace OrleansChat.Redis.Tests.Queues;

public sealed class RedisQueueTakeTests(RedisConversations redis) : QueueTakeSpecification
{
    protected override IMessageLog Log => redis.Log;

    protected override IGroupStore Groups => redis.Groups;

    protected override IQueueStore Queues { get; } = new RedisQueueStore(redis.Connection);
}

public sealed class RedisQueueStreamTests(RedisConversations redis) : QueueStreamSpecification
{
    protected override IMessageLog Log => redis.Log;

    protected override IGroupStore Groups => redis.Groups;

    protected override IQueueStore Queues { get; } = new RedisQueueStore(redis.Connection);

    protected override Task ExpireAsync(Talk talk, string consumer) =>
        redis.CommandAsync("ZADD", $"{{c:{talk.Id.Value}}}:queue:consumers", "XX", 1, consumer);
}
