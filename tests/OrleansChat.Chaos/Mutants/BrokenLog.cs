using System.Collections.Concurrent;
using OrleansChat.Chaos.Nodes;
using OrleansChat.Conversations;

namespace OrleansChat.Chaos.Mutants;

/// <summary>The logs as they are; each bug breaks one step of them.</summary>
internal abstract class BrokenLog(IMessageLog log, NodeBoard board) : IMessageLog
{
    protected IMessageLog Log => log;

    protected NodeBoard Board => board;

    public virtual Task<AppendReply> AppendAsync(AppendBatch batch) => log.AppendAsync(batch);

    public Task<Result<Appended>> ChangeAsync(ConversationId conversation, ChangeRequest change, KnownPosition? known) =>
        log.ChangeAsync(conversation, change, Known(known));

    public virtual Task<Result<LogRange>> ReadAsync(ConversationId conversation, Actor? reader, long after, int limit, KnownEntry? known) =>
        log.ReadAsync(conversation, reader, after, limit, known);

    public Task<Result<HistoryPage>> HistoryAsync(ConversationId conversation, HistoryRequest request) => log.HistoryAsync(conversation, request);

    public virtual Task<Result<Summary>> SummaryAsync(ConversationId conversation, Actor reader) => log.SummaryAsync(conversation, reader);

    public virtual Task<IReadOnlyList<Result<Summary>>> SummariesAsync(IReadOnlyList<ConversationId> conversations, Actor reader) =>
        log.SummariesAsync(conversations, reader);

    public Task<Result<IReadOnlyList<KnownPosition>>> EndsAsync(IReadOnlyList<ConversationId> conversations) => log.EndsAsync(conversations);

    public Task<Result<Watermark>> MarkAsync(ConversationId conversation, Actor reader, long seq, bool read, ReceiptAnnouncement announce) =>
        log.MarkAsync(conversation, reader, seq, read, announce);

    public Task<Result<Page<Watermark>>> ReceiptsAsync(ConversationId conversation, Actor reader, string? after, int limit) =>
        log.ReceiptsAsync(conversation, reader, after, limit);

    public Task<Result<Done>> TypingAsync(ConversationId conversation, Actor writer) => log.TypingAsync(conversation, writer);

    public Task<Result<Done>> SetBlockAsync(ConversationId direct, string blocked, bool on) => log.SetBlockAsync(direct, blocked, on);

    public Task<Result<Done>> ForgetGuestAsync(ConversationId direct, string guest, string incarnation) => log.ForgetGuestAsync(direct, guest, incarnation);

    protected virtual KnownPosition? Known(KnownPosition? known) => known;
}

/// <summary>The sends that were gathered are stored in the other order.</summary>
internal sealed class ReversedLog(IMessageLog log, NodeBoard board) : BrokenLog(log, board)
{
    public override async Task<AppendReply> AppendAsync(AppendBatch batch)
    {
        if (batch.Sends.Count > 1)
        {
            Board.CountPlanted();
        }

        AppendReply reply = await Log.AppendAsync(batch with { Sends = [.. batch.Sends.Reverse()] });
        return reply with { Replies = [.. reply.Replies.Reverse()] };
    }
}

/// <summary>The node does not say how much of a log it had seen.</summary>
internal sealed class ForgetfulLog(IMessageLog log, NodeBoard board) : BrokenLog(log, board)
{
    public override Task<AppendReply> AppendAsync(AppendBatch batch)
    {
        Board.CountPlanted();
        return Log.AppendAsync(batch with { Known = null });
    }

    public override Task<Result<LogRange>> ReadAsync(ConversationId conversation, Actor? reader, long after, int limit, KnownEntry? known) =>
        Log.ReadAsync(conversation, reader, after, limit, null);

    protected override KnownPosition? Known(KnownPosition? known) => null;
}

/// <summary>The log seems to begin where it ends.</summary>
internal sealed class ShortLog(IMessageLog log, NodeBoard board) : BrokenLog(log, board)
{
    public override async Task<Result<Summary>> SummaryAsync(ConversationId conversation, Actor reader)
    {
        Board.CountPlanted();
        return Shortened(await Log.SummaryAsync(conversation, reader));
    }

    public override async Task<IReadOnlyList<Result<Summary>>> SummariesAsync(IReadOnlyList<ConversationId> conversations, Actor reader)
    {
        Board.CountPlanted();
        return [.. (await Log.SummariesAsync(conversations, reader)).Select(Shortened)];
    }

    private static Result<Summary> Shortened(Result<Summary> summary) =>
        summary.IsOk ? summary.Value with { First = summary.Value.Last + 2 } : summary;
}

/// <summary>The node remembers what it was asked to send and answers repeats itself. What another node was asked, or was not answered, it does not know.</summary>
internal sealed class RememberingLog(IMessageLog log, NodeBoard board) : BrokenLog(log, board)
{
    private readonly ConcurrentDictionary<(ConversationId, string User, string ClientId), SendReply> _known = new();

    public override async Task<AppendReply> AppendAsync(AppendBatch batch)
    {
        SendReply?[] known = [.. batch.Sends.Select(send => _known.GetValueOrDefault((batch.Conversation, send.Actor.User, send.ClientId)))];
        SendRequest[] rest = [.. batch.Sends.Where((_, i) => known[i] is null)];
        Board.CountPlanted();
        AppendReply reply = rest.Length > 0
            ? await Log.AppendAsync(batch with { Sends = rest })
            : new AppendReply(AppendOutcome.Done, [], batch.Known?.Epoch ?? "", batch.Known?.Seq ?? 0);
        if (reply.Outcome != AppendOutcome.Done)
        {
            return reply;
        }

        foreach ((SendRequest send, SendReply one) in rest.Zip(reply.Replies).Where(pair => pair.Second.Error is null))
        {
            _known[(batch.Conversation, send.Actor.User, send.ClientId)] = one with { Duplicate = true };
        }

        Queue<SendReply> fresh = new(reply.Replies);
        return reply with { Replies = [.. known.Select(one => one ?? fresh.Dequeue())] };
    }
}
