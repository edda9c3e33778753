using OrleansChat.Redis.Tests.Conversations;
using OrleansChat.Redis.Users;
using OrleansChat.Users;
using StackExchange.Redis;

namespace OrleansChat.Redis.Tests.Users;

/// <summary>The bucket of one user that all nodes share, at 4 messages a second.</summary>
public sealed class SendBudgetTests(RedisConversations redis)
{
    private const int PerSecond = 4;

    private static int _names;

    private readonly string _user = $"budget{Interlocked.Increment(ref _names)}";
    private readonly RedisSendBudget _budget = new(redis.Connection, new ChatLimits { UserMessagesPerSecond = PerSecond });

    [Theory]
    [InlineData(16, 1, 4, 12)]
    [InlineData(10, 2, 4, 6)]
    [InlineData(10, 8, 8, 2)]
    [InlineData(10, 20, 10, 0)]
    [InlineData(2.5, 1, 1, 1.5)]
    [InlineData(1.9, 3, 1, 0.9)]
    public async Task A_node_gets_what_it_needs_and_a_quarter_of_the_rest(double left, int needed, int taken, double then)
    {
        await LeaveAsync(left);

        Assert.Equal(new BudgetShare(taken, TimeSpan.Zero), await _budget.TakeAsync(_user, needed));

        Assert.Equal(then, (double)await redis.CommandAsync("HGET", Key, "tokens"), 3);
    }

    [Fact]
    public async Task An_empty_bucket_says_when_to_come_again()
    {
        await LeaveAsync(0.5);

        Assert.Equal(new BudgetShare(0, TimeSpan.FromMilliseconds(125)), await _budget.TakeAsync(_user, 1));
    }

    [Fact]
    public async Task A_bucket_nobody_took_from_is_full_and_one_that_rested_is_full_again()
    {
        Assert.Equal(16, (await _budget.TakeAsync(_user, 100)).Tokens);
        await LeaveAsync(0, TimeSpan.FromMinutes(-1));
        Assert.Equal(16, (await _budget.TakeAsync(_user, 100)).Tokens);
    }

    [Fact]
    public async Task What_is_full_again_is_forgotten()
    {
        await _budget.TakeAsync(_user, 1);

        // -1 would mean that it stays.
        Assert.InRange((long)await redis.CommandAsync("TTL", Key), -2, 5);
        Assert.NotEqual(-1, (long)await redis.CommandAsync("TTL", Key));
    }

    private string Key => $"{{u:{_user}}}:budget";

    // Noted as of an hour from now, so that nothing comes back meanwhile however slow the machine is.
    private Task<RedisResult> LeaveAsync(double tokens, TimeSpan? at = null) =>
        redis.CommandAsync(
            "HSET", Key, "tokens", FormattableString.Invariant($"{tokens:0.000}"), "at", (DateTimeOffset.UtcNow + (at ?? TimeSpan.FromHours(1))).ToUnixTimeMilliseconds());
}
