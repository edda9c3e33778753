using OrleansChat.Testing;

namespace OrleansChat.Server.Tests;

/// <summary><c>--restored true</c>; what it does is tested with the commands of docs/operations.md and with the stores.</summary>
public sealed class RestoredTests
{
    [Fact]
    public async Task A_restored_backup_is_made_ready_in_one_line_and_the_server_ends()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using ServerProcess server = Restore(redis);

        Assert.Equal(0, await server.WaitForExitAsync());

        Assert.Equal("restored: 0 conversations have new epochs, 0 sessions of before were closed; start the nodes\n", server.Output);
    }

    [Fact]
    public async Task It_is_refused_with_one_line_while_a_node_runs_on_that_Redis()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using ServerProcess node = await ServerProcess.StartAsync(redis, "--node", "north");
        await using ServerProcess server = Restore(redis);

        Assert.Equal(1, await server.WaitForExitAsync());

        Assert.Matches("Node north-[^ ]+ runs on the Redis at .*: stop every node first", server.Errors);
    }

    private static ServerProcess Restore(RedisFixture redis) =>
        ServerProcess.Launch(new ServerProcessOptions { Arguments = ["--redis", redis.Endpoint, "--restored", "true", "--log-level", "warning"] });
}
