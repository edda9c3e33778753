using OrleansChat.Conversations;
using OrleansChat.Redis.Connections;
using StackExchange.Redis;

namespace OrleansChat.Redis.Conversations;

/// <summary>The logs over Redis. This part changes messages, watermarks and blocks.</summary>
internal sealed partial class RedisMessageLog
{
    /// <summary>Receipts are announced in groups up to this size; in larger ones they are read on request.</summary>
    private const int AnnouncedReceipts = 100;

    private static readonly RedisScript ChangeScript = RedisScript.Load("change");
    private static readonly RedisScript MarkScript = RedisScript.Load("mark");
    private static readonly RedisScript TypingScript = RedisScript.Load("typing");
    private static readonly RedisScript BlockScript = RedisScript.Load("block");
    private static readonly RedisScript ForgetGuestScript = RedisScript.Load("forget-guest");

    /// <inheritdoc />
    public async Task<Result<Appended>> ChangeAsync(ConversationId conversation, ChangeRequest change, KnownPosition? known)
    {
        var keys = new ConversationKeys(conversation);
        RedisValue payload = change.Kind == ChangeKind.Edit ? Bytes(change.Fragment) : change.Emoji ?? string.Empty;
        (RedisResult[] answer, ChatError? refusal) = await redis.AskAsync(
            ChangeScript,
            [
                keys.Meta, keys.Log, keys.Members, keys.Patch, keys.Bans,
                keys.Deleted, keys.Queue, keys.QueueHeld, keys.QueuePending, keys.QueueReturned,
            ],
            [
                conversation.Value, known?.Epoch ?? string.Empty, known?.Seq ?? 0, Ids.NewEpoch(), change.Actor.Node,
                change.Actor.User, change.Actor.Incarnation, Verb(change.Kind), change.Target, payload, change.On ? "1" : "0",
            ]).ConfigureAwait(false);
        return refusal is not null ? refusal : ReadAppended(conversation, answer);
    }

    /// <inheritdoc />
    public async Task<Result<Watermark>> MarkAsync(ConversationId conversation, Actor reader, long seq, bool read, ReceiptAnnouncement announce)
    {
        var keys = new ConversationKeys(conversation);
        (RedisResult[] answer, ChatError? refusal) = await redis.AskAsync(
            MarkScript,
            [keys.Meta, keys.Log, keys.Members, keys.Read, keys.Delivered, keys.Bans, keys.Patch],
            [
                conversation.Value, reader.User, reader.Incarnation, seq, read ? "read" : "delivered", (int)announce, AnnouncedReceipts,
            ]).ConfigureAwait(false);
        return refusal is not null ? refusal : new Watermark(reader.User, (long)answer[1], (long)answer[2]);
    }

    /// <inheritdoc />
    public Task<Result<Done>> TypingAsync(ConversationId conversation, Actor writer)
    {
        var keys = new ConversationKeys(conversation);
        return StepAsync(TypingScript, [keys.Meta, keys.Members, keys.Bans], [conversation.Value, writer.User, writer.Incarnation]);
    }

    /// <inheritdoc />
    public Task<Result<Done>> SetBlockAsync(ConversationId direct, string blocked, bool on) =>
        StepAsync(BlockScript, [new ConversationKeys(direct).Members], [blocked, on ? "1" : "0"]);

    /// <inheritdoc />
    public Task<Result<Done>> ForgetGuestAsync(ConversationId direct, string guest, string incarnation)
    {
        var keys = new ConversationKeys(direct);
        return StepAsync(ForgetGuestScript, [keys.Members, keys.Read, keys.Delivered], [guest, incarnation]);
    }

    internal static Appended ReadAppended(ConversationId conversation, RedisResult[] answer) =>
        new(new Position(conversation.Value, Epoch(answer[1]), (long)answer[2]), (byte[])answer[3]!);

    private static string Verb(ChangeKind kind) => kind switch
    {
        ChangeKind.Edit => "edit",
        ChangeKind.Delete => "delete",
        ChangeKind.React => "react",
        _ => "pin",
    };

    private async Task<Result<Done>> StepAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments)
    {
        try
        {
            long code = (long)await redis.EvaluateAsync(script, keys, arguments).ConfigureAwait(false);
            return code == 0 ? Done.Ok : ChatError.Of((int)code);
        }
        catch (StorageUnavailableException)
        {
            return ChatError.Unavailable;
        }
    }
}
