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
    public async Task<Result<QueueBatch>> TakeAsync(ConversationId queue, Actor actor, QueueTake take)
    {
        string mode = take.Kind switch { QueueTakeKind.Soft => "soft", QueueTakeKind.Lease => "lease", _ => "hard" };
        while (true)
        {
            Result<QueueBatch> batch = await ItemsAsync(
                TakeScript, queue, actor, mode, (long)take.For.TotalMilliseconds, Holder(actor, take)).ConfigureAwait(false);

            // Each round gets further: among very many entries that are no items.
            if (batch.Value is not { More: true, Items.Count: 0 })
            {
                return batch;
            }
        }
    }

    /// <inheritdoc />
    public Task<Result<Done>> AcknowledgeAsync(ConversationId queue, Actor actor, long key) =>
        DoneAsync(SettleScript, queue, actor, "acknowledge", key, Leaser(actor));

    /// <inheritdoc />
    public Task<Result<Done>> ConfirmAsync(ConversationId queue, Actor actor, QueueTake take, long key) =>
        DoneAsync(SettleScript, queue, actor, "confirm", key, Holder(actor, take));

    /// <inheritdoc />
    public Task<Result<Done>> ReturnAsync(ConversationId queue, Actor actor, QueueTake take, long key) =>
        DoneAsync(SettleScript, queue, actor, "return", key, Holder(actor, take));

    /// <inheritdoc />
    public Task<Result<Done>> ClearAsync(ConversationId queue, Actor actor) => DoneAsync(SetScript, queue, actor, "clear", string.Empty);

    /// <inheritdoc />
    public Task<Result<Done>> SetPolicyAsync(ConversationId queue, Actor actor, QueuePolicy policy) =>
        DoneAsync(SetScript, queue, actor, "policy", policy == QueuePolicy.Broadcast ? Broadcast : RoundRobin);

    /// <inheritdoc />
    public Task<Result<Done>> SetStoppedAsync(ConversationId queue, Actor actor, bool stopped) =>
        DoneAsync(SetScript, queue, actor, "stopped", stopped ? "1" : "0");

    /// <inheritdoc />
    public async Task<Result<QueueStats>> StatsAsync(ConversationId queue, Actor actor, bool rates)
    {
        (RedisResult[] answer, ChatError? refusal) = await AskAsync(StatsScript, queue, actor, rates ? "0" : "1").ConfigureAwait(false);
        return refusal is not null
            ? refusal
            : new QueueStats(
                answer[1].Number(), answer[2].Number(), answer[3].Number(), answer[4].Number(),
                answer[5].Text() == Broadcast ? QueuePolicy.Broadcast : QueuePolicy.RoundRobin,
                answer[6].IsOne(), answer[7].Number(), answer[8].Number());
    }

    /// <inheritdoc />
    public Task<Result<QueueBatch>> StepAsync(ConversationId queue, Actor actor, QueueStep step) =>
        ItemsAsync(StreamScript, queue, actor, Arguments(step, "next"));

    /// <inheritdoc />
    public Task<Result<Done>> LeaveAsync(ConversationId queue, Actor actor, QueueStep step) =>
        DoneAsync(StreamScript, queue, actor, Arguments(step, "leave"));

    private static RedisValue[] Arguments(QueueStep step, string verb) =>
    [
        step.Consumer, verb, (long)QueueStep.Lifetime.TotalMilliseconds, QueueStep.MaxItems, .. step.Written.Select(static key => (RedisValue)key),
    ];

    // A lease is its user's, whichever request acknowledges it; what is on its way is the request's own.
    private static string Holder(Actor actor, QueueTake take) => take.Kind == QueueTakeKind.Lease ? Leaser(actor) : "!" + take.Id;

    private static string Leaser(Actor actor) => $"{actor.User} {actor.Incarnation}";

    // A message as it was sent, and the members of it that an edit changed.
    private static QueueItem Item(RedisResult[] answer, int at)
    {
        JsonElement sent = JsonElement.Parse(answer[at + 1].Bytes());
        byte[] edited = answer[at + 2].Bytes();
        JsonElement current = edited.Length == 0 ? sent : JsonElement.Parse((byte[])[(byte)'{', .. edited, (byte)'}']);
        bool json = sent.TryGetProperty("data", out JsonElement data) && data.TryGetProperty(QueueItem.Mark, out JsonElement mark)
            && mark.ValueKind == JsonValueKind.String && mark.ValueEquals(QueueItem.JsonMark);
        string text = current.TryGetProperty("text", out JsonElement value) ? value.GetString()! : string.Empty;
        return new QueueItem(answer[at].Number(), text, json, answer[at + 3].Number());
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
        return redis.AskAsync(
            script,
            [keys.Meta, keys.Log, keys.Members, keys.Patch, keys.Bans, .. keys.OfQueue],
            [queue.Value, actor.User, actor.Incarnation, .. arguments]);
    }
}
