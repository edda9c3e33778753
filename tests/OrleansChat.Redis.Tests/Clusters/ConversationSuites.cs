using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Queues;
using OrleansChat.Redis.Queues;
using OrleansChat.Redis.Tests.Conversations;
using OrleansChat.Redis.Tests.Groups;
using OrleansChat.Redis.Tests.Queues;

namespace OrleansChat.Redis.Tests.Clusters;

[Collection(OnCluster.Name)]
public sealed class ClusterMessageLogTests(ClusterConversations cluster) : MessageLogSpecification
{
    protected override IMessageLog Log => cluster.Log;

    protected override IGroupStore Groups => cluster.Groups;
}

[Collection(OnCluster.Name)]
public sealed class ClusterDuplicateTests(ClusterConversations cluster) : DuplicateSpecification
{
    protected override IMessageLog Log => cluster.Log;

    protected override IGroupStore Groups => cluster.Groups;
}

[Collection(OnCluster.Name)]
public sealed class ClusterResendTests(ClusterConversations cluster) : ResendSpecification
{
    protected override IMessageLog Log => cluster.Log;

    protected override IGroupStore Groups => cluster.Groups;
}

[Collection(OnCluster.Name)]
public sealed class ClusterAccessTests(ClusterConversations cluster) : AccessSpecification
{
    protected override IMessageLog Log => cluster.Log;

    protected override IGroupStore Groups => cluster.Groups;
}

[Collection(OnCluster.Name)]
public sealed class ClusterGuestTalkTests(ClusterConversations cluster) : GuestTalkSpecification
{
    protected override IMessageLog Log => cluster.Log;

    protected override IGroupStore Groups => cluster.Groups;
}

[Collection(OnCluster.Name)]
public sealed class ClusterChangeTests(ClusterConversations cluster) : ChangeSpecification
{
    protected override IMessageLog Log => cluster.Log;

    protected override IGroupStore Groups => cluster.Groups;
}

[Collection(OnCluster.Name)]
public sealed class ClusterHistoryTests(ClusterConversations cluster) : HistorySpecification
{
    protected override IMessageLog Log => cluster.Log;

    protected override IGroupStore Groups => cluster.Groups;
}

[Collection(OnCluster.Name)]
public sealed class ClusterSummaryTests(ClusterConversations cluster) : SummarySpecification
{
    protected override IMessageLog Log => cluster.Log;

    protected override IGroupStore Groups => cluster.Groups;
}

[Collection(OnCluster.Name)]
public sealed class ClusterGroupStoreTests(ClusterConversations cluster) : GroupStoreSpecification
{
    protected override IMessageLog Log => cluster.Log;

    protected override IGroupStore Groups => cluster.Groups;
}

[Collection(OnCluster.Name)]
public sealed class ClusterGroupRightsTests(ClusterConversations cluster) : GroupRightsSpecification
{
    protected override IMessageLog Log => cluster.Log;

    protected override IGroupStore Groups => cluster.Groups;
}

[Collection(OnCluster.Name)]
public sealed class ClusterQueueTakeTests(ClusterConversations cluster) : QueueTakeSpecification
{
    protected override IMessageLog Log => cluster.Log;

    protected override IGroupStore Groups => cluster.Groups;

    protected override IQueueStore Queues { get; } = new RedisQueueStore(cluster.Connection);
}

[Collection(OnCluster.Name)]
public sealed class ClusterQueueStreamTests(ClusterConversations cluster) : QueueStreamSpecification
{
    protected override IMessageLog Log => cluster.Log;

    protected override IGroupStore Groups => cluster.Groups;

    protected override IQueueStore Queues { get; } = new RedisQueueStore(cluster.Connection);

    protected override Task ExpireAsync(Talk talk, string consumer) =>
        cluster.Connection.ExecuteAsync("ZADD", (StackExchange.Redis.RedisKey)$"{{c:{talk.Id.Value}}}:queue:consumers", "XX", 1, consumer);
}
