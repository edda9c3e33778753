using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Tests.Streams;
using OrleansChat.Streams;
using OrleansChat.Testing;
using static OrleansChat.Redis.Tests.Streams.AnnouncementTexts;

namespace OrleansChat.Redis.Tests.Clusters;

/// <summary>On a cluster a node has subscribed at one server, and what the others announce comes over the cluster's bus.</summary>
[Collection(OnCluster.Name)]
public sealed class AnnouncementsOnClusterTests(ClusterConversations cluster)
{
    [Fact]
    public async Task Announcement_of_any_master_reaches_every_node_that_follows()
    {
        string[] conversations = await OneOnEachMasterAsync("reach");
        await using StreamNode here = await StreamNode.StartAsync(cluster.Cluster.Endpoint);
        await using StreamNode there = await StreamNode.StartAsync(cluster.Cluster.Nodes[1].Endpoint);

        foreach (string conversation in conversations)
        {
            Hearing<Announcement> one = await here.HearAsync(conversation);
            Hearing<Announcement> other = await there.HearAsync(conversation);
            for (int i = 0; i < 20; i++)
            {
                await here.Conversation(conversation).OnNextAsync(Event($"{conversation} {i}"));
            }

            string[] said = [.. Enumerable.Range(0, 20).Select(i => $"{conversation} {i}")];
            await one.HearsAsync(said[^1]);
            await other.HearsAsync(said[^1]);
            Assert.Equal(said, one.Texts());
            Assert.Equal(said, other.Texts());
        }
    }

    [Fact]
    public async Task Node_that_stops_leaves_nothing_on_any_master()
    {
        string[] conversations = await OneOnEachMasterAsync("leave");
        string id;
        await using (StreamNode node = await StreamNode.StartAsync(cluster.Cluster.Endpoint))
        {
            id = node.Id;
            foreach (string conversation in conversations)
            {
                await node.HearAsync(conversation);
            }

            await node.StopAsync();
        }

        for (int master = 0; master < cluster.Cluster.Nodes.Count; master++)
        {
            IReadOnlyList<string> keys = await cluster.Cluster.KeysAsync(master);
            Assert.DoesNotContain(keys, key => key.Contains(id, StringComparison.Ordinal) || key.Contains("leave", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Observers_are_told_to_read_what_a_broken_link_between_masters_may_have_lost()
    {
        await using StreamNode node = await StreamNode.StartAsync(cluster.Cluster.Endpoint);
        Hearing<Announcement> hearing = await node.HearAsync("group:link");

        for (int master = 0; master < cluster.Cluster.Nodes.Count; master++)
        {
            await cluster.Cluster.BreakLinkAsync(master, (master + 1) % cluster.Cluster.Nodes.Count);
        }

        await hearing.IsInterruptedAsync();
        await Eventually.TrueAsync(() => node.Log.Warnings.Any(line => line.Contains("link between servers", StringComparison.Ordinal)));
        await node.Conversation("group:link").OnNextAsync(Event("after"));
        await hearing.HearsAsync("after");
    }

    /// <summary>Ids of conversations that lie on the first, second and third master.</summary>
    private async Task<string[]> OneOnEachMasterAsync(string name)
    {
        string[] found = new string[cluster.Cluster.Nodes.Count];
        for (int i = 0; found.Any(one => one is null); i++)
        {
            string id = $"group:{name}{i}";
            found[await cluster.Cluster.MasterOfAsync(RedisKeys.Meta(id)!)] ??= id;
        }

        return found;
    }
}
