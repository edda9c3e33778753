using System.Text.Json;
using OrleansChat.Queues;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Conversations;
using StackExchange.Redis;

namespace OrleansChat.Redis.Queues;

/// <summary>What is consumed of queues, in keys beside the conversation's own.</summary>
internal sealed class RedisQueueStore(RedisConnection redis) : IQueueStore
{
    private const string Broadcast = "broadcast";
    private const string RoundRobin = "roundrobin";

    private static readonly RedisScript TakeScript = RedisScript.Load("queue-take");
    private static readonly RedisScript SettleScript = RedisScript.Load("queue-settle");
    private static readonly RedisScript SetScript = RedisScript.Load("queue-set");
    private static readonly RedisScript StatsScript = RedisScript.Load("queue-stats");
    private static readonly RedisScript StreamScript = RedisScript.Load("queue-stream");

    /// <inheritdoc />
    public Task<Result<QueueBatch>> TakeAsync(ConversationId queue, Actor actor, QueueTake take, TimeSpan lease)
    {
        string mode = take switch { QueueTake.Soft => "soft", QueueTake.Lease => "lease", _ => "hard" };
        return ItemsAsync(TakeScript, queue, actor, mode, (long)lease.TotalMilliseconds);
    }

    /// <inheritdoc />
    public Task<Result<Done>> AcknowledgeAsync(ConversationId queue, Actor actor, long key) =>
        DoneAsync(SettleScript, queue, actor, "acknowledge", key);

    /// <inheritdoc />
    public Task<Result<Done>> ReturnAsync(ConversationId queue, Actor actor, long key) => DoneAsync(SettleScript, queue, actor, "return", key);

    /// <inheritdoc />
    public Task<Result<Done>> ClearAsync(ConversationId queue, Actor actor) => DoneAsync(SetScript, queue, actor, "clear", string.Empty);

    /// <inheritdoc />
    public Task<Result<Done>> SetPolicyAsync(ConversationId queue, Actor actor, QueuePolicy policy) =>
        DoneAsync(SetScript, queue, actor, "policy", policy == QueuePolicy.Broadcast ? Broadcast : RoundRobin);

    /// <inheritdoc />
    public Task<Result<Done>> SetStoppedAsync(ConversationId queue, Actor actor, bool stopped) =>
        DoneAsync(SetScript, queue, actor, "stopped", stopped ? "1" : "0");

    /// <inheritdoc />
    public async Task<Result<QueueStats>> StatsAsync(ConversationId queue, Actor actor)
    {
        (RedisResult[] answer, ChatError? refusal) = await AskAsync(StatsScript, queue, actor).ConfigureAwait(false);
        return refusal is not null
            ? refusal
            : new QueueStats(
                answer[1].Number(), answer[2].Number(), answer[3].Number(), answer[4].Number(),
                answer[5].Text() == Broadcast ? QueuePolicy.Broadcast : QueuePolicy.RoundRobin,
                answer[6].IsOne(), answer[7].Number(), answer[8].Number());
    }

    /// <inheritdoc />
    public Task<Result<QueueBatch>> StepAsync(ConversationId queue, Actor actor, QueueStep step) =>
        ItemsAsync(StreamScript, queue, actor, Arguments(step, "next", []));

    /// <inheritdoc />
    public Task<Result<Done>> LeaveAsync(ConversationId queue, Actor actor, QueueStep step, IReadOnlyList<long> unwritten) =>
        DoneAsync(StreamScript, queue, actor, Arguments(step, "leave", unwritten));

    private static RedisValue[] Arguments(QueueStep step, string verb, IReadOnlyList<long> unwritten) =>
    [
        step.Consumer, verb, step.Force ? "1" : "0", (long)QueueStep.Lifetime.TotalMilliseconds, step.MaxItems, step.Written.Count,
        .. step.Written.Select(static key => (RedisValue)key), .. unwritten.Select(static key => (RedisValue)key),
    ];

    private static QueueItem Item(RedisResult[] answer, int at)
    {
        byte[] edited = answer[at + 2].Bytes();
        byte[] json = edited.Length == 0 ? answer[at + 1].Bytes() : [(byte)'{', .. edited, (byte)'}'];
        string value = JsonElement.Parse(json).TryGetProperty("text", out JsonElement text) ? text.GetString() ?? string.Empty : string.Empty;
        return new QueueItem(answer[at].Number(), value, answer[at + 3].Number());
    }

    private async Task<Result<QueueBatch>> ItemsAsync(RedisScript script, ConversationId queue, Actor actor, params RedisValue[] arguments)
    {
        (RedisResult[] answer, ChatError? refusal) = await AskAsync(script, queue, actor, arguments).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        const int Fixed = 3;
        const int PerItem = 4;
        var items = new QueueItem[(answer.Length - Fixed) / PerItem];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = Item(answer, Fixed + (PerItem * i));
        }

        long wait = answer[2].Number();
        return new QueueBatch(items, answer[1].IsOne(), wait < 0 ? null : TimeSpan.FromMilliseconds(wait));
    }

    private async Task<Result<Done>> DoneAsync(RedisScript script, ConversationId queue, Actor actor, params RedisValue[] arguments)
    {
        (_, ChatError? refusal) = await AskAsync(script, queue, actor, arguments).ConfigureAwait(false);
        return refusal is null ? Done.Ok : refusal;
    }

    private Task<(RedisResult[] Answer, ChatError? Refusal)> AskAsync(
        RedisScript script, ConversationId queue, Actor actor, params RedisValue[] arguments)
    {
        var keys = new ConversationKeys(queue);
        string own = $"{{c:{queue.Value}}}:queue";
        return redis.AskAsync(
            script,
            [keys.Meta, keys.Log, keys.Members, keys.Patch, keys.Bans, own, own + ":leases", own + ":consumers"],
            [queue.Value, actor.User, actor.Incarnation, .. arguments]);
    }
}
