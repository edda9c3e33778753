using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Restoring;
using OrleansChat.Redis.Tests.Conversations;
using OrleansChat.Redis.Tests.Users;
using OrleansChat.Users;
using StackExchange.Redis;

namespace OrleansChat.Redis.Tests.Clusters;

/// <summary>The step after a restore, where the backups of several masters are not of the same moment.</summary>
[Collection(OnCluster.Name)]
public sealed class RestoredBackupTests(ClusterConversations cluster)
{
    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(600);

    [Fact]
    public async Task Every_conversation_on_every_master_has_a_new_epoch_and_goes_on_with_the_next_number()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(cluster.Cluster);
        Talk[] talks = [.. Enumerable.Range(0, 60).Select(i => new Talk(stores.Log, ConversationId.Direct($"one{i}", $"other{i}")))];
        await Task.WhenAll(talks.Select(talk => talk.SayAsync(talk.Pair()[0].User, "before")));
        string[] epochs = await EpochsAsync(talks);

        RestoreReport report = await RestoreAsync();

        Assert.Equal(new RestoreReport(60, 0), report);
        string[] renewed = await EpochsAsync(talks);
        Assert.Equal(120, epochs.Concat(renewed).Distinct().Count());
        Assert.All(await Task.WhenAll(talks.Select(talk => talk.SayAsync(talk.Pair()[1].User, "after"))), seq => Assert.Equal(2, seq));
        Assert.Equal(renewed, await EpochsAsync(talks));
    }

    [Fact]
    public async Task Sessions_and_followers_of_the_nodes_of_then_are_gone()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(cluster.Cluster);
        await stores.AcquireAsync("n1");
        await stores.JoinAsync("alice", "s1", "n1");
        TokenClaims gwen = await stores.IssueAsync(await stores.ClaimGuestAsync("gwen"));
        await stores.ConnectAsync(gwen, "s2", "n1");
        await stores.CommandAsync("SADD", RedisKeys.Watchers("alice"), "n1");
        await stores.CommandAsync("SADD", RedisKeys.UserNodes("alice"), "n1");
        await stores.CommandAsync("HSET", RedisKeys.Meta("group:team"), "nodes", "n1");

        RestoreReport report = await RestoreAsync();

        Assert.Equal(2, report.Sessions);
        Assert.Equal("offline", (await stores.Presence.GetAsync("alice")).State);
        Assert.Empty(await stores.OnlineAsync());
        Assert.Empty(await stores.TextsAsync("SMEMBERS", RedisKeys.Nodes));
        for (int master = 0; master < cluster.Cluster.Nodes.Count; master++)
        {
            Assert.DoesNotContain(
                await cluster.Cluster.KeysAsync(master),
                key => key.StartsWith("{node:", StringComparison.Ordinal) || key.EndsWith(":nodes", StringComparison.Ordinal)
                    || key.EndsWith(":watchers", StringComparison.Ordinal) || key.EndsWith(":sessions", StringComparison.Ordinal) || key.EndsWith(":meta", StringComparison.Ordinal));
        }

        // A guest may come back for a while, as after any other end of a session.
        await stores.AcquireAsync("n2");
        await stores.ConnectAsync(gwen, "s3", "n2");
    }

    [Fact]
    public async Task What_the_backup_of_another_master_was_too_early_for_is_put_back()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(cluster.Cluster);
        await stores.RegisterAsync("alice");
        await stores.RegisterAsync("bob");
        var team = ConversationId.Group("team");
        Json.Ok(await stores.Groups.CreateAsync(
            "team", new Actor("alice", "", ""), new GroupSettings("Team", JoinPolicy.Open, Public: true), [new NewMember("bob", "")]));
        RedisKey[] lost = [RedisKeys.PublicGroups, RedisKeys.Users, RedisKeys.Conversations("bob")];
        foreach (RedisKey key in lost)
        {
            await stores.CommandAsync("DEL", key);
        }

        await RestoreAsync();

        Assert.Equal(["team"], (await stores.Groups.ListPublicAsync("", null, 10)).Items);
        Assert.Equal(["alice", "bob"], (await stores.Directory.ListAsync("", null, 10)).Items);
        Assert.Equal([team.Value], (await stores.Directory.ConversationsAsync("bob")).Keys);
    }

    [Fact]
    public async Task Nothing_is_touched_while_a_node_renews_its_lease()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(cluster.Cluster);
        await stores.AcquireAsync("n1");
        await stores.JoinAsync("alice", "s1", "n1");
        await using var backup = new RestoredBackup(cluster.Cluster.Nodes[0].Address, TimeProvider.System);
        using CancellationTokenSource stop = new();
        Task renewing = RenewAsync();

        RedisUnusableException refused = await Assert.ThrowsAsync<RedisUnusableException>(() => backup.RunAsync(TimeSpan.FromSeconds(20), CancellationToken.None));

        await stop.CancelAsync();
        await renewing;
        Assert.Contains("n1", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["alice"], await stores.OnlineAsync());

        async Task RenewAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                await stores.Leases.RenewAsync("n1");
            }
        }
    }

    private static async Task<string[]> EpochsAsync(Talk[] talks) =>
        await Task.WhenAll(talks.Select(async talk => (await talk.RangeAsync()).Epoch));

    private async Task<RestoreReport> RestoreAsync()
    {
        await using var backup = new RestoredBackup(cluster.Cluster.Nodes[0].Address, TimeProvider.System);
        return await backup.RunAsync(Watch, CancellationToken.None);
    }
}
