using OrleansChat.Conversations;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Tests.Conversations;
using OrleansChat.Redis.Tests.Users;
using OrleansChat.Testing;

namespace OrleansChat.Redis.Tests.Clusters;

/// <summary>A master of a cluster is killed, and its replica takes over.</summary>
public sealed class FailoverTests
{
    [Fact]
    public async Task Conversation_goes_on_at_the_replica_of_a_master_that_died()
    {
        await using RedisClusterFixture cluster = await RedisClusterFixture.StartAsync();
        await cluster.AddReplicasAsync();
        await using RedisStores stores = await RedisStores.OpenAsync(cluster);
        var talk = new Talk(stores.Log, ConversationId.Direct("alice", "bob"));
        Assert.Equal(1, await talk.SayAsync("alice", "before", "c.1"));
        int home = await cluster.MasterOfAsync(RedisKeys.Meta(talk.Id.Value)!);
        await cluster.ReplicatedAsync(home);

        await cluster.Nodes[home].Server.KillAsync();

        SendReply after = default!;
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    after = await talk.TrySayAsync("bob", "after", "c.2");
                    return after.Error is null;
                }
                catch (StorageUnavailableException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(60),
            "a send after the failover");
        Assert.Equal(2, after.Seq);
        Assert.Equal(["before", "after"], (await talk.RangeAsync()).Entries.Select(entry => Json.Text(entry.Message)));
    }
}
