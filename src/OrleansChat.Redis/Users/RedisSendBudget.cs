using OrleansChat.Redis.Connections;
using OrleansChat.Users;
using StackExchange.Redis;

namespace OrleansChat.Redis.Users;

/// <summary>Users' budgets over Redis: see <c>user-budget.lua</c>.</summary>
internal sealed class RedisSendBudget(RedisConnection redis, ChatLimits limits) : ISendBudget
{
    private static readonly RedisScript Script = RedisScript.Load("user-budget");

    /// <inheritdoc />
    public async Task<BudgetShare> TakeAsync(string user, int needed)
    {
        RedisResult[] answer = (await redis.EvaluateAsync(Script, [RedisKeys.Budget(user)], [limits.UserMessagesPerSecond, needed]).ConfigureAwait(false)).Items();
        return new BudgetShare((int)answer[0].Number(), TimeSpan.FromMilliseconds(answer[1].Number()));
    }
}
