using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Tests.Users;
using OrleansChat.Testing;
using OrleansChat.Users;
using StackExchange.Redis;

namespace OrleansChat.Redis.Tests.Presence;

public sealed class RedisNodeLeasesTests(RedisFixture redis) : NodeLeasesSpecification, IClassFixture<RedisFixture>
{
    private static readonly RedisKey Meta = RedisKeys.Meta("group:team");

    [Fact]
    public async Task Id_whose_lease_ended_is_not_taken_again_before_the_sweep()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        await stores.AcquireAsync("n1");
        await stores.CommandAsync("DEL", RedisKeys.Lease("n1"));

        Assert.False(await stores.Leases.AcquireAsync("n1"));

        Assert.Equal(0, await stores.NumberAsync("EXISTS", RedisKeys.Lease("n1")));
        Assert.Equal(1, await stores.Leases.SweepAsync());
    }

    [Fact]
    public async Task Sweep_takes_the_node_out_of_every_stream_it_follows()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        await stores.AcquireAsync("n1");
        await stores.CommandAsync("SADD", RedisKeys.Follows("n1"), "conversation/group:team", "conversation/group:mine", "user/alice", "presence/alice", "presence/*", "other/a/b", "nonsense");
        await stores.CommandAsync("HSET", Meta, "nodes", "n0 n1 n10", "last", "7");
        await stores.CommandAsync("HSET", RedisKeys.Meta("group:mine"), "nodes", "n1");
        RedisKey[] sets = [RedisKeys.UserNodes("alice"), RedisKeys.Watchers("alice"), RedisKeys.Watchers("*"), "{s:other/a/b}:nodes"];
        foreach (RedisKey set in sets)
        {
            await stores.CommandAsync("SADD", set, "n1", "n10");
        }

        await stores.Leases.ReleaseAsync("n1");

        Assert.Equal(["n0 n10", "7"], await stores.TextsAsync("HMGET", Meta, "nodes", "last"));
        Assert.Equal(0, await stores.NumberAsync("EXISTS", RedisKeys.Meta("group:mine")));
        foreach (RedisKey set in sets)
        {
            Assert.Equal(["n10"], await stores.TextsAsync("SMEMBERS", set));
        }

        Assert.Equal([(string)RedisKeys.EndedNode("n1")!], await stores.TextsAsync("KEYS", "{node:n1}:*"));
        Assert.Empty(await stores.TextsAsync("SMEMBERS", RedisKeys.Nodes));
    }

    [Fact]
    public async Task Sweep_that_stops_in_the_middle_is_finished_by_another()
    {
        const int Many = 1500;
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        await stores.AcquireAsync("n1");
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync("alice"));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => stores.ConnectAsync(token, $"s{i}", "n1")));
        await Task.WhenAll(Enumerable.Range(0, Many).Select(i => Task.WhenAll(
            stores.CommandAsync("SADD", RedisKeys.Follows("n1"), $"conversation/group:g{i}"),
            stores.CommandAsync("HSET", RedisKeys.Meta($"group:g{i}"), "nodes", "n0 n1"))));
        await stores.CommandAsync("DEL", RedisKeys.Lease("n1"));
        IChatStores stopping = stores.Peer();

        Task<int> stopped = stopping.Leases.SweepAsync();
        while (await stores.NumberAsync("SCARD", RedisKeys.Follows("n1")) == Many)
        {
            Assert.False(stopped.IsFaulted, "the sweep failed by itself");
        }

        await stopping.DisposeAsync();
        await Assert.ThrowsAsync<StorageUnavailableException>(() => stopped);
        int swept = await stores.Leases.SweepAsync();

        Assert.Equal(1, swept);
        string[] nodes = await Task.WhenAll(Enumerable.Range(0, Many).Select(async i => (await stores.TextsAsync("HMGET", RedisKeys.Meta($"group:g{i}"), "nodes"))[0]));
        Assert.All(nodes, left => Assert.Equal("n0", left));
        Assert.Empty(await stores.Presence.SessionsAsync("alice"));
        Assert.Empty(await stores.OnlineAsync());
    }

    [Fact]
    public async Task Sweep_finishes_what_a_close_began_before_its_process_died()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        await stores.AcquireAsync("n1");
        await stores.JoinAsync("alice", "s1", "n1");
        await stores.CommandAsync("SADD", RedisKeys.Watchers("*"), "n2");
        await using NodeEar everybody = await stores.HearAsync("n2");
        await stores.Connection.EvaluateAsync(
            RedisScript.Load("session-close"),
            [RedisKeys.Account("alice"), RedisKeys.Sessions("alice"), RedisKeys.Watchers("alice"), RedisKeys.Conversations("alice")],
            ["alice", "s1", "", 120_000]);
        Assert.Equal(["alice"], await stores.OnlineAsync());

        await stores.Leases.ReleaseAsync("n1");

        Assert.Empty(await stores.OnlineAsync());
        Assert.Contains("\"state\":\"offline\"", Assert.Single(await everybody.HeardAsync(1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Swept_sessions_are_announced_like_closed_ones()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        await stores.AcquireAsync("n1");
        await stores.JoinAsync("alice", "s1", "n1");
        await stores.CommandAsync("SADD", RedisKeys.Watchers("alice"), "n2");
        await using NodeEar ear = await stores.HearAsync("n2");
        await stores.CommandAsync("DEL", RedisKeys.Lease("n1"));

        Assert.Equal(1, await stores.Leases.SweepAsync());

        Assert.Contains("\"state\":\"offline\"", Assert.Single(await ear.HeardAsync(1)), StringComparison.Ordinal);
    }

    protected override async Task<IChatStores> OpenAsync(StoreTimes? times = null) => await RedisStores.OpenAsync(redis, times);
}
