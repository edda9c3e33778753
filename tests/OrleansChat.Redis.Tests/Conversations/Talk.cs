using System.Text;
using System.Text.Json;
using OrleansChat.Conversations;

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>One conversation as a test speaks of it. It knows who its guests are now, and creates a direct conversation as grains do.</summary>
public sealed class Talk(IMessageLog log, ConversationId id)
{
    private readonly Dictionary<string, string> _incarnations = [];
    private int _sent;

    public ConversationId Id { get; } = id;

    public IMessageLog Log { get; } = log;

    /// <summary>The node that requests come through.</summary>
    public string Node { get; set; } = "here";

    /// <summary>Somebody claims a guest's name: from now on these are who acts under it.</summary>
    public Talk Guest(string user, string incarnation)
    {
        _incarnations[user] = incarnation;
        return this;
    }

    public Actor By(string user) => new(user, _incarnations.GetValueOrDefault(user, string.Empty), Node);

    public SendRequest Send(string user, string text, string? clientId = null, long? after = null)
    {
        byte[] content = Encoding.UTF8.GetBytes($",\"text\":{JsonSerializer.Serialize(text)}");
        string id = clientId ?? $"c-{Interlocked.Increment(ref _sent)}";
        return new SendRequest(By(user), id, MessageTail.Hash(content), MessageTail.Compose(id, content), after);
    }

    public Task<AppendReply> AppendAsync(params SendRequest[] sends) => Log.AppendAsync(new AppendBatch(Id, sends, null));

    /// <summary>Appends as a conversation's grain does: a direct conversation is created with whoever holds the names.</summary>
    public async Task<SendReply[]> AppendOrCreateAsync(params SendRequest[] sends)
    {
        AppendReply reply = await AppendAsync(sends);
        if (reply.Outcome == AppendOutcome.MustCreate)
        {
            reply = await Log.AppendAsync(new AppendBatch(Id, sends, null, Pair()));
        }

        Assert.Equal(AppendOutcome.Done, reply.Outcome);
        return [.. reply.Replies];
    }

    public async Task<SendReply> TrySayAsync(string user, string text, string? clientId = null, long? after = null) =>
        (await AppendOrCreateAsync(Send(user, text, clientId, after)))[0];

    /// <summary>Says something and returns its number.</summary>
    public async Task<long> SayAsync(string user, string text, string? clientId = null)
    {
        SendReply reply = await TrySayAsync(user, text, clientId);
        Assert.Null(reply.Error);
        return reply.Seq;
    }

    /// <summary>Says so many things that nobody looks at, in full batches.</summary>
    public async Task FillAsync(string user, int count)
    {
        for (int done = 0; done < count; done += AppendBatch.MaxSends)
        {
            SendRequest[] batch = [.. Enumerable.Range(0, Math.Min(AppendBatch.MaxSends, count - done)).Select(_ => Send(user, "fill"))];
            Assert.All(await AppendOrCreateAsync(batch), reply => Assert.True(reply is { Error: null, Duplicate: false }));
        }
    }

    public Task<Result<Appended>> ChangeAsync(string user, ChangeKind kind, long target, string? text = null, bool on = true)
    {
        byte[] fragment = kind == ChangeKind.Edit ? Encoding.UTF8.GetBytes($"\"text\":{JsonSerializer.Serialize(text)},\"mentions\":[]") : [];
        return Log.ChangeAsync(Id, new ChangeRequest(By(user), kind, target, fragment, kind == ChangeKind.React ? text : null, on), null);
    }

    public async Task<long> EditAsync(string user, long target, string text) => Done(await ChangeAsync(user, ChangeKind.Edit, target, text));

    public async Task<long> DeleteAsync(string user, long target) => Done(await ChangeAsync(user, ChangeKind.Delete, target));

    public async Task<long> ReactAsync(string user, long target, string emoji, bool on = true) =>
        Done(await ChangeAsync(user, ChangeKind.React, target, emoji, on));

    public async Task<long> PinAsync(string user, long target, bool on = true) => Done(await ChangeAsync(user, ChangeKind.Pin, target, on: on));

    public Task<Result<HistoryPage>> TryHistoryAsync(string user, long? before = null, long? after = null, int limit = 200) =>
        Log.HistoryAsync(Id, new HistoryRequest(By(user), before, after, limit));

    public async Task<HistoryPage> HistoryAsync(string user, long? before = null, long? after = null, int limit = 200) =>
        Json.Ok(await TryHistoryAsync(user, before, after, limit));

    /// <summary>Asked for alone and among others: the two ways are one answer.</summary>
    public async Task<Summary> SummaryAsync(string user)
    {
        Summary summary = Json.Ok(await Log.SummaryAsync(Id, By(user)));
        Json.Same(summary, Json.Ok(Assert.Single(await Log.SummariesAsync([Id], By(user)))));
        return summary;
    }

    public async Task<LogRange> RangeAsync(long after = 0, int limit = 1000, KnownEntry? known = null, string? reader = null) =>
        Json.Ok(await Log.ReadAsync(Id, reader is null ? null : By(reader), after, limit, known));

    public async Task<Watermark> MarkAsync(string user, long seq, bool read = true) =>
        Json.Ok(await Log.MarkAsync(Id, By(user), seq, read, ReceiptAnnouncement.Never));

    public NewMember[] Pair()
    {
        Assert.True(Id.TryGetPair(out string? one, out string? other));
        return [new NewMember(one, By(one).Incarnation), new NewMember(other, By(other).Incarnation)];
    }

    private static long Done(Result<Appended> change) => Json.Ok(change).Position.Seq;
}
