using OrleansChat.Redis;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests;

public sealed class RedisClusterCheckTests
{
    [Fact]
    public async Task Every_master_of_a_cluster_is_looked_at()
    {
        await using RedisClusterFixture cluster = await RedisClusterFixture.StartAsync();

        RedisCheckResult good = await CheckAsync(cluster.Nodes[0].Address);
        await cluster.CallAsync(2, "CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        RedisUnusableException evicting = await Assert.ThrowsAsync<RedisUnusableException>(() => CheckAsync(cluster.Nodes[0].Address));

        Assert.Equal(cluster.Nodes.Count, good.Warnings.Count);
        Assert.Contains(cluster.Nodes[2].Endpoint, evicting.Message, StringComparison.Ordinal);
        Assert.Contains("noeviction", evicting.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cluster_that_does_not_serve_every_slot_is_refused_with_one_line()
    {
        await using RedisFixture alone = await RedisFixture.StartAsync(
            new RedisServerOptions { AppendOnly = false, Settings = ["cluster-enabled yes", $"cluster-port {FreePort.Next()}"] });

        RedisUnusableException refused = await Assert.ThrowsAsync<RedisUnusableException>(() => CheckAsync(alone.Address));

        Assert.Contains("does not serve all slots", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    private static Task<RedisCheckResult> CheckAsync(RedisAddress address) =>
        RedisCheck.RunAsync(address, Deadlines.Default, TimeProvider.System, TestContext.Current.CancellationToken);
}
