using OrleansChat.Redis.Tests.Users;
using OrleansChat.Testing;
using OrleansChat.Users;

namespace OrleansChat.Redis.Tests.Presence;

public abstract class NodeLeasesSpecification : StoreSpecification
{
    [Fact]
    public async Task Lease_is_taken_once_and_renewed()
    {
        await using IChatStores stores = await OpenAsync();

        bool[] taken = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => stores.Leases.AcquireAsync("n1")));

        Assert.Single(taken, true);
        Assert.True(await stores.Leases.RenewAsync("n1"));
        Assert.Equal(0, await stores.Leases.SweepAsync());
    }

    [Fact]
    public async Task Lease_that_ended_is_never_revived()
    {
        await using IChatStores stores = await OpenAsync(new StoreTimes { Lease = Soon });
        await stores.AcquireAsync("n1");

        Assert.False(await stores.Leases.RenewAsync("never"));
        await Eventually.TrueAsync(async () => await stores.Leases.SweepAsync() == 1);
        Assert.False(await stores.Leases.RenewAsync("n1"));
        Assert.False(await stores.Leases.AcquireAsync("n1"));
        Assert.False(await stores.Leases.RenewAsync("n1"));
    }

    [Fact]
    public async Task Sweep_closes_the_sessions_of_ended_nodes_only()
    {
        // Long enough for everything before the first renewal, on a machine that stands still now and then.
        await using IChatStores stores = await OpenAsync(new StoreTimes { Lease = TimeSpan.FromSeconds(5) });
        await stores.AcquireAsync("dead");
        await stores.AcquireAsync("alive");
        TokenClaims alice = await stores.JoinAsync("alice", "a1", "dead");
        await stores.ConnectAsync(alice, "a2", "alive");
        await stores.JoinAsync("bob", "b1", "dead");
        Account gwen = await stores.ClaimGuestAsync("gwen");
        await stores.ConnectAsync(await stores.IssueAsync(gwen), "g1", "dead");

        await Eventually.TrueAsync(async () =>
        {
            Assert.True(await stores.Leases.RenewAsync("alive"));
            return await stores.Leases.SweepAsync() == 1;
        });

        Assert.Equal(["alice"], await stores.OnlineAsync());
        Assert.Equal(["a2"], (await stores.Presence.SessionsAsync("alice")).Select(session => session.Session));
        Assert.Equal("offline", (await stores.Presence.GetAsync("bob")).State);
        Assert.NotEqual(gwen.Incarnation, (await stores.ClaimGuestAsync("gwen")).Incarnation);
    }

    [Fact]
    public async Task Released_node_leaves_nothing_and_its_id_is_not_used_again()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.AcquireAsync("n1");
        TokenClaims token = await stores.JoinAsync("alice", "s1", "n1");

        await stores.Leases.ReleaseAsync("n1");
        await stores.Leases.ReleaseAsync("n1");

        Assert.Empty(await stores.OnlineAsync());
        Assert.Equal(0, await stores.Leases.SweepAsync());
        Assert.False(await stores.Leases.RenewAsync("n1"));
        Assert.False(await stores.Leases.AcquireAsync("n1"));
        StoreSteps.AssertRefused(ChatError.Unavailable, await stores.TryConnectAsync(token, "s2", "n1"));
    }

    [Fact]
    public async Task Many_nodes_that_sweep_at_once_count_each_ended_node_once()
    {
        await using IChatStores stores = await OpenAsync(new StoreTimes { Lease = Soon });
        IChatStores[] sweepers = [stores, stores.Peer(), stores.Peer()];
        for (int i = 0; i < 10; i++)
        {
            await stores.AcquireAsync($"n{i}");
        }

        int swept = 0;
        await Eventually.TrueAsync(async () => (swept += (await Task.WhenAll(sweepers.Select(node => node.Leases.SweepAsync()))).Sum()) >= 10);

        Assert.Equal(10, swept);
        Assert.Equal(0, await stores.Leases.SweepAsync());
    }
}
