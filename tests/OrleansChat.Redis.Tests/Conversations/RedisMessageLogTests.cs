using OrleansChat.Conversations;
using OrleansChat.Groups;

namespace OrleansChat.Redis.Tests.Conversations;

public sealed class RedisMessageLogTests(RedisConversations redis) : MessageLogSpecification
{
    protected override IMessageLog Log => redis.Log;

    protected override IGroupStore Groups => redis.Groups;
}

public sealed class RedisDuplicateTests(RedisConversations redis) : DuplicateSpecification
{
    protected override IMessageLog Log => redis.Log;

    protected override IGroupStore Groups => redis.Groups;
}

public sealed class RedisResendTests(RedisConversations redis) : ResendSpecification
{
    protected override IMessageLog Log => redis.Log;

    protected override IGroupStore Groups => redis.Groups;
}

public sealed class RedisAccessTests(RedisConversations redis) : AccessSpecification
{
    protected override IMessageLog Log => redis.Log;

    protected override IGroupStore Groups => redis.Groups;
}

public sealed class RedisGuestTalkTests(RedisConversations redis) : GuestTalkSpecification
{
    protected override IMessageLog Log => redis.Log;

    protected override IGroupStore Groups => redis.Groups;
}

public sealed class RedisChangeTests(RedisConversations redis) : ChangeSpecification
{
    protected override IMessageLog Log => redis.Log;

    protected override IGroupStore Groups => redis.Groups;
}

public sealed class RedisHistoryTests(RedisConversations redis) : HistorySpecification
{
    protected override IMessageLog Log => redis.Log;

    protected override IGroupStore Groups => redis.Groups;
}

public sealed class RedisSummaryTests(RedisConversations redis) : SummarySpecification
{
    protected override IMessageLog Log => redis.Log;

    protected override IGroupStore Groups => redis.Groups;
}
