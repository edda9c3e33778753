using OrleansChat.Redis.Tests.Conversations;
using OrleansChat.Redis.Users;

namespace OrleansChat.Redis.Tests.Users;

/// <summary>Attempts to sign in, counted for an account and for an address, and forgotten a minute after the first.</summary>
public sealed class SignInAttemptsTests(RedisConversations redis)
{
    [Fact]
    public async Task So_many_are_permitted_within_a_minute()
    {
        var attempts = new RedisSignInAttempts(redis.Connection, new ChatLimits { SignInAttempts = 2 });

        Assert.True(await attempts.TryTakeAsync("attempts-a"));
        Assert.True(await attempts.TryTakeAsync("attempts-a"));
        Assert.False(await attempts.TryTakeAsync("attempts-a"));
        Assert.True(await attempts.TryTakeAsync("attempts-b"));
        Assert.InRange((long)await redis.CommandAsync("TTL", "{u:attempts-a}:attempts"), 1, 60);
        await attempts.ClearAsync("attempts-a");
        Assert.True(await attempts.TryTakeAsync("attempts-a"));
    }

    [Fact]
    public async Task An_address_has_six_times_as_many_over_all_accounts_and_nodes()
    {
        ChatLimits limits = new() { SignInAttempts = 2 };
        RedisSignInAttempts[] nodes = [new(redis.Connection, limits), new(redis.Connection, limits)];

        for (int i = 0; i < 12; i++)
        {
            Assert.True(await nodes[1].HasLeftAsync("192.0.2.7"));
            Assert.True(await nodes[i % 2].TryTakeFromAsync("192.0.2.7"));
        }

        Assert.False(await nodes[0].HasLeftAsync("192.0.2.7"));
        Assert.False(await nodes[1].TryTakeFromAsync("192.0.2.7"));
        Assert.True(await nodes[1].TryTakeFromAsync("192.0.2.8"));
        Assert.InRange((long)await redis.CommandAsync("TTL", "{a:192.0.2.7}:attempts"), 1, 60);
    }

    [Fact]
    public async Task Without_a_limit_nothing_is_counted()
    {
        var attempts = new RedisSignInAttempts(redis.Connection, new ChatLimits { SignInAttempts = 0 });

        Assert.True(await attempts.TryTakeAsync("attempts-c"));
        Assert.True(await attempts.TryTakeFromAsync("192.0.2.9"));
        Assert.True(await attempts.HasLeftAsync("192.0.2.9"));

        Assert.Equal(0, (long)await redis.CommandAsync("EXISTS", "{u:attempts-c}:attempts"));
        Assert.Equal(0, (long)await redis.CommandAsync("EXISTS", "{a:192.0.2.9}:attempts"));
    }
}
