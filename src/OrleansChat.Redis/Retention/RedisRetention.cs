using OrleansChat.Conversations;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Conversations;
using OrleansChat.Telemetry;
using StackExchange.Redis;

namespace OrleansChat.Redis.Retention;

/// <summary>Trims logs over Redis: see <c>trim.lua</c>.</summary>
internal sealed class RedisRetention(RedisConnection redis, ChatLimits limits) : IRetention
{
    /// <summary>Entries that one step takes away at most: about a millisecond of Redis' time.</summary>
    internal const int Step = 1000;

    private static readonly RedisScript Script = RedisScript.Load("trim");

    /// <inheritdoc />
    public bool IsOn => limits.HistoryEntries > 0 || limits.HistoryHours > 0;

    /// <inheritdoc />
    public Task<bool> TrimAsync(ConversationId conversation) => TrimAsync(conversation, TimeSpan.FromHours(limits.HistoryHours));

    internal async Task<bool> TrimAsync(ConversationId conversation, TimeSpan age)
    {
        var keys = new ConversationKeys(conversation);
        RedisResult[] answer = (await redis.EvaluateAsync(
            Script,
            [keys.Meta, keys.Log, keys.Patch, keys.Deleted, keys.QueueReturned, keys.QueueHeld, keys.QueuePending, keys.Queue],
            [limits.HistoryEntries, (long)age.TotalMilliseconds, Step]).ConfigureAwait(false)).Items();
        if (answer[0].Number() is > 0 and var removed)
        {
            ChatMetrics.Removed((int)removed);
        }

        return answer[1].IsOne();
    }
}
