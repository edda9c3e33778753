using OrleansChat.Redis.Tests.Conversations;
using OrleansChat.Redis.Users;

namespace OrleansChat.Redis.Tests.Users;

/// <summary>Attempts to sign in, counted for an account and forgotten a minute after the first.</summary>
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
    public async Task Without_a_limit_nothing_is_counted()
    {
        var attempts = new RedisSignInAttempts(redis.Connection, new ChatLimits { SignInAttempts = 0 });

        Assert.True(await attempts.TryTakeAsync("attempts-c"));

        Assert.Equal(0, (long)await redis.CommandAsync("EXISTS", "{u:attempts-c}:attempts"));
    }
}
