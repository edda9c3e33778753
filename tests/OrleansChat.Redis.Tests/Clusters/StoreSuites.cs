using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansChat.Redis.Storage;
using OrleansChat.Redis.Tests.Presence;
using OrleansChat.Redis.Tests.Storage;
using OrleansChat.Redis.Tests.Users;

namespace OrleansChat.Redis.Tests.Clusters;

[Collection(OnCluster.Name)]
public sealed class ClusterUserDirectoryTests(ClusterConversations cluster) : UserDirectorySpecification
{
    protected override async Task<IChatStores> OpenAsync(StoreTimes? times = null) => await RedisStores.OpenAsync(cluster.Cluster, times);
}

[Collection(OnCluster.Name)]
public sealed class ClusterGuestTests(ClusterConversations cluster) : GuestSpecification
{
    protected override async Task<IChatStores> OpenAsync(StoreTimes? times = null) => await RedisStores.OpenAsync(cluster.Cluster, times);
}

[Collection(OnCluster.Name)]
public sealed class ClusterConversationListTests(ClusterConversations cluster) : ConversationListSpecification
{
    protected override async Task<IChatStores> OpenAsync(StoreTimes? times = null) => await RedisStores.OpenAsync(cluster.Cluster, times);
}

[Collection(OnCluster.Name)]
public sealed class ClusterTokenStoreTests(ClusterConversations cluster) : TokenStoreSpecification
{
    protected override async Task<IChatStores> OpenAsync(StoreTimes? times = null) => await RedisStores.OpenAsync(cluster.Cluster, times);
}

[Collection(OnCluster.Name)]
public sealed class ClusterPresenceTests(ClusterConversations cluster) : PresenceSpecification
{
    protected override async Task<IChatStores> OpenAsync(StoreTimes? times = null) => await RedisStores.OpenAsync(cluster.Cluster, times);
}

[Collection(OnCluster.Name)]
public sealed class ClusterNodeLeasesTests(ClusterConversations cluster) : NodeLeasesSpecification
{
    protected override async Task<IChatStores> OpenAsync(StoreTimes? times = null) => await RedisStores.OpenAsync(cluster.Cluster, times);
}

[Collection(OnCluster.Name)]
public sealed class ClusterGrainStorageTests(ClusterConversations cluster) : GrainStorageSpecification
{
    protected override async Task<Opened> OpenAsync(bool deleteOnClear = false)
    {
        RedisStores stores = await RedisStores.OpenAsync(cluster.Cluster);
        var storage = new RedisGrainStorage(
            stores.Connection,
            Options.Create(new ClusterOptions { ServiceId = "chat" }),
            Options.Create(new RedisGrainStorageOptions { DeleteStateOnClear = deleteOnClear }));
        return new Opened(storage, stores);
    }
}
