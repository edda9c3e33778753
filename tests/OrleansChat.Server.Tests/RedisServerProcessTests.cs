using OrleansChat.Redis;
using OrleansChat.Testing;
using StackExchange.Redis;

namespace OrleansChat.Server.Tests;

public sealed class RedisServerProcessTests
{
    [Fact]
    public async Task A_killed_server_comes_back_on_the_same_port_with_its_data()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync(new RedisServerOptions());
        using ConnectionMultiplexer connection = await redis.ConnectAsync();
        await connection.GetDatabase().StringSetAsync("kept", "yes");
        (int port, int pid) = (redis.Port, redis.Server.Pid);

        await redis.Server.KillAsync();
        Assert.False(redis.Server.IsRunning);
        await redis.Server.RestartAsync();

        using ConnectionMultiplexer again = await redis.ConnectAsync();
        Assert.Equal("yes", await again.GetDatabase().StringGetAsync("kept"));
        Assert.Equal(port, redis.Port);
        Assert.NotEqual(pid, redis.Server.Pid);
    }

    [Fact]
    public async Task A_paused_server_answers_after_it_is_resumed()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        using ConnectionMultiplexer connection = await redis.ConnectAsync();

        redis.Server.Pause();
        Task<TimeSpan> ping = connection.GetDatabase().PingAsync();
        Assert.False(ping.IsCompleted);
        redis.Server.Resume();

        await ping.WithinAsync(what: "the answer after the pause");
    }

    [Fact]
    public async Task Two_servers_cannot_share_a_directory()
    {
        await using TestDirectory directory = new();
        await using RedisServerProcess first = await RedisServerProcess.StartAsync(directory.Path);

        RedisUnusableException refused = await Assert.ThrowsAsync<RedisUnusableException>(
            () => RedisServerProcess.StartAsync(directory.Path, new RedisServerOptions { Port = FreePort.Next() }));
        Assert.Contains("ended at once", refused.Message, StringComparison.Ordinal);
        Assert.True(first.IsRunning);
    }

    [Fact]
    public async Task A_wrong_setting_is_told_in_the_words_of_redis_server()
    {
        await using TestDirectory directory = new();

        RedisUnusableException refused = await Assert.ThrowsAsync<RedisUnusableException>(
            () => RedisServerProcess.StartAsync(directory.Path, new RedisServerOptions { Settings = ["nonsense yes"] }));
        Assert.Contains("nonsense", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_warns_of_a_Redis_that_keeps_no_file()
    {
        await using RedisFixture forgetful = await RedisFixture.StartAsync();
        await using RedisFixture lasting = await RedisFixture.StartAsync(new RedisServerOptions());

        Assert.Contains("appendonly", Assert.Single((await CheckAsync(forgetful)).Warnings), StringComparison.Ordinal);
        Assert.Empty((await CheckAsync(lasting)).Warnings);
    }

    private static Task<RedisCheckResult> CheckAsync(RedisFixture redis) =>
        RedisCheck.RunAsync(redis.Address, Deadlines.Default, TimeProvider.System, TestContext.Current.CancellationToken);
}
