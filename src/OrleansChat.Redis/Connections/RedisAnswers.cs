using StackExchange.Redis;

namespace OrleansChat.Redis.Connections;

/// <summary>Scripts answer a list whose first item is 0 or the code of a refusal. This reads that convention in one place.</summary>
internal static class RedisAnswers
{
    /// <summary>Runs a script of that kind. Storage that is away is a refusal like any other: <see cref="ChatError.Unavailable"/>.</summary>
    public static async Task<(RedisResult[] Answer, ChatError? Refusal)> AskAsync(
        this RedisConnection redis, RedisScript script, RedisKey[] keys, RedisValue[] arguments)
    {
        try
        {
            RedisResult[] answer = (RedisResult[])(await redis.EvaluateAsync(script, keys, arguments).ConfigureAwait(false))!;
            long code = (long)answer[0];
            return (answer, code == 0 ? null : ChatError.Of((int)code));
        }
        catch (StorageUnavailableException)
        {
            return ([], ChatError.Unavailable);
        }
    }
}
