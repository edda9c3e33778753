using OrleansChat.Conversations;
using OrleansChat.Redis.Connections;
using StackExchange.Redis;

namespace OrleansChat.Redis.Conversations;

/// <summary>The logs over Redis. This part reads.</summary>
internal sealed partial class RedisMessageLog
{
    private static readonly RedisScript RangeScript = RedisScript.Load("range");
    private static readonly RedisScript HistoryScript = RedisScript.Load("history");
    private static readonly RedisScript SummaryScript = RedisScript.Load("summary");
    private static readonly RedisScript ReceiptsScript = RedisScript.Load("receipts");

    /// <inheritdoc />
    public async Task<Result<LogRange>> ReadAsync(ConversationId conversation, Actor? reader, long after, int limit, KnownEntry? known)
    {
        var keys = new ConversationKeys(conversation);
        (RedisResult[] answer, ChatError? refusal) = await redis.AskAsync(
            RangeScript,
            [keys.Meta, keys.Log, keys.Members, keys.Patch, keys.Bans],
            [
                conversation.Value, reader?.User ?? string.Empty, reader?.Incarnation ?? string.Empty, after, limit,
                known?.Epoch ?? string.Empty, known?.Seq ?? 0, known?.At ?? 0, Ids.NewEpoch(),
            ]).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        var entries = new LogEntry[(answer.Length - 4) / 2];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = new LogEntry((long)answer[4 + (2 * i)], (byte[])answer[5 + (2 * i)]!);
        }

        return new LogRange(Epoch(answer[1]), (long)answer[2], (long)answer[3], entries);
    }

    /// <inheritdoc />
    public async Task<Result<HistoryPage>> HistoryAsync(ConversationId conversation, HistoryRequest request)
    {
        var keys = new ConversationKeys(conversation);
        bool forward = request.After is not null;
        (RedisResult[] answer, ChatError? refusal) = await redis.AskAsync(
            HistoryScript,
            [keys.Meta, keys.Log, keys.Members, keys.Patch, keys.Bans],
            [
                conversation.Value, request.Actor.User, request.Actor.Incarnation, forward ? "after" : "before",
                (RedisValue)(request.After ?? request.Before) is { IsNull: false } bound ? bound : string.Empty, request.Limit,
            ]).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        const int Fixed = 6;
        var messages = new ReadOnlyMemory<byte>[(answer.Length - Fixed) / 4];
        for (int i = 0; i < messages.Length; i++)
        {
            ReadOnlyMemory<byte> message = Merged(answer, Fixed + (4 * i));
            messages[forward ? i : messages.Length - 1 - i] = message;
        }

        return new HistoryPage(Epoch(answer[1]), (long)answer[2], messages, (long)answer[3], (long)answer[4], (long)answer[5] == 1);
    }

    /// <inheritdoc />
    public async Task<Result<Summary>> SummaryAsync(ConversationId conversation, Actor reader)
    {
        var keys = new ConversationKeys(conversation);
        (RedisResult[] answer, ChatError? refusal) = await redis.AskAsync(
            SummaryScript,
            [keys.Meta, keys.Log, keys.Members, keys.Patch, keys.Bans, keys.Read, keys.Delivered],
            [conversation.Value, reader.User, reader.Incarnation]).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        return new Summary(
            conversation.Value,
            (string)answer[11]!,
            Epoch(answer[1]),
            Last: (long)answer[2],
            Read: (long)answer[7],
            Delivered: (long)answer[8],
            Unread: (long)answer[9],
            LastMessage: Merged(answer, 13),
            Members: conversation.IsDirect ? 2 : (int)(long)answer[10],
            MemberCodes.Role((string)answer[5]!),
            MemberCodes.Until((string)answer[6]!),
            MemberCodes.Numbers((byte[])answer[12]!),
            From: (long)answer[3],
            First: (long)answer[4],
            JoinedAt: (long)answer[17]);
    }

    /// <inheritdoc />
    public async Task<Result<Page<Watermark>>> ReceiptsAsync(ConversationId conversation, Actor reader, string? after, int limit)
    {
        var keys = new ConversationKeys(conversation);
        (RedisResult[] answer, ChatError? refusal) = await redis.AskAsync(
            ReceiptsScript,
            [keys.Meta, keys.Members, keys.Read, keys.Delivered, keys.Bans],
            [conversation.Value, reader.User, reader.Incarnation, after ?? string.Empty, limit]).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        var items = new Watermark[(answer.Length - 2) / 3];
        for (int i = 0; i < items.Length; i++)
        {
            int at = 2 + (3 * i);
            items[i] = new Watermark((string)answer[at]!, (long)answer[at + 1], (long)answer[at + 2]);
        }

        return new Page<Watermark>(items, (long)answer[1] == 1 ? items[^1].User : null);
    }

    // Four parts of a message as the scripts answer them: entry, overlay, edited members, tombstone.
    private static ReadOnlyMemory<byte> Merged(RedisResult[] answer, int at)
    {
        byte[] tombstone = (byte[])answer[at + 3]!;
        return tombstone.Length > 0
            ? tombstone
            : MessageOverlay.Apply((byte[])answer[at]!, (byte[])answer[at + 1]!, (byte[])answer[at + 2]!);
    }

    private static string Epoch(RedisResult answer) => (string)answer! is var epoch && epoch == "-" ? string.Empty : epoch;
}
