using System.Text;
using OrleansChat.Conversations;

namespace OrleansChat.Gateway.Tests.Simulation;

/// <summary>Logs in memory that answer after a while, with what stood in them at a moment in between, or not at all.</summary>
internal sealed class MemoryLog(SeededScheduler scheduler) : IMessageLog
{
    private readonly Dictionary<string, MemoryConversation> _conversations = new(StringComparer.Ordinal);

    /// <summary>How many of a hundred answers do not come.</summary>
    public int FailuresPercent { get; set; }

    /// <summary>Reads of a range so far, of nodes and of members.</summary>
    public List<(string Conversation, Actor? Reader, long After, KnownEntry? Known)> Reads { get; } = [];

    /// <summary>How many conversations were asked for together, each time.</summary>
    public List<int> Together { get; } = [];

    public MemoryConversation this[string conversation]
    {
        get
        {
            if (!_conversations.TryGetValue(conversation, out MemoryConversation? found))
            {
                _conversations.Add(conversation, found = new MemoryConversation(conversation));
            }

            return found;
        }
    }

    public async Task<Result<LogRange>> ReadAsync(ConversationId conversation, Actor? reader, long after, int limit, KnownEntry? known)
    {
        Reads.Add((conversation.Value, reader, after, known));
        MemoryConversation log = this[conversation.Value];
        return await AnswerAsync<LogRange>(() =>
        {
            long joined = 1;
            if (reader is not null && !log.Members.TryGetValue(reader.User, out joined))
            {
                return ChatError.NotMember;
            }

            if (known is { } entry && entry.Epoch == log.Epoch && !log.Holds(entry))
            {
                log.BeginEpoch();
            }

            long from = Math.Max(after, log.First - 1);
            long to = Math.Min(log.Last, from + limit);
            var entries = new List<LogEntry>();
            for (long seq = from + 1; seq <= to; seq++)
            {
                entries.Add(new LogEntry(seq, log[seq]));
            }

            return new LogRange(log.Epoch, log.First, log.Last, entries);
        });
    }

    public Task<Result<Summary>> SummaryAsync(ConversationId conversation, Actor reader)
    {
        MemoryConversation log = this[conversation.Value];
        return AnswerAsync<Summary>(() => log.Members.TryGetValue(reader.User, out long joined)
            ? new Summary(
                conversation.Value, "title", log.Epoch, log.Last, 0, 0, 0, default, log.Members.Count, MemberRole.Member, 0, [], 1, log.First, joined)
            : ChatError.NotMember);
    }

    /// <summary>Each answers by itself: in a storage of several servers they do.</summary>
    public async Task<IReadOnlyList<Result<Summary>>> SummariesAsync(IReadOnlyList<ConversationId> conversations, Actor reader)
    {
        Together.Add(conversations.Count);
        return await Task.WhenAll(conversations.Select(id => SummaryAsync(id, reader)));
    }

    public async Task<Result<IReadOnlyList<KnownPosition>>> EndsAsync(IReadOnlyList<ConversationId> conversations)
    {
        Together.Add(conversations.Count);
        var ends = new KnownPosition[conversations.Count];
        for (int i = 0; i < ends.Length; i++)
        {
            MemoryConversation log = this[conversations[i].Value];
            Result<Done> read = await AnswerAsync<Done>(() =>
            {
                ends[i] = new KnownPosition(log.Epoch, log.Last);
                return Done.Value;
            });
            if (!read.IsOk)
            {
                return read.Error;
            }
        }

        return ends;
    }

    public Task<AppendReply> AppendAsync(AppendBatch batch) => throw new NotSupportedException();

    public Task<Result<Appended>> ChangeAsync(ConversationId conversation, ChangeRequest change, KnownPosition? known) => throw new NotSupportedException();

    public Task<Result<HistoryPage>> HistoryAsync(ConversationId conversation, HistoryRequest request) => throw new NotSupportedException();

    public Task<Result<Watermark>> MarkAsync(ConversationId conversation, Actor reader, long seq, bool read, ReceiptAnnouncement announce) =>
        throw new NotSupportedException();

    public Task<Result<Page<Watermark>>> ReceiptsAsync(ConversationId conversation, Actor reader, string? after, int limit) => throw new NotSupportedException();

    public Task<Result<Done>> TypingAsync(ConversationId conversation, Actor writer) => throw new NotSupportedException();

    public Task<Result<Done>> SetBlockAsync(ConversationId direct, string blocked, bool on) => throw new NotSupportedException();

    public Task<Result<Done>> ForgetGuestAsync(ConversationId direct, string guest, string incarnation) => throw new NotSupportedException();

    private async Task<Result<T>> AnswerAsync<T>(Func<Result<T>> read)
    {
        await scheduler.HesitateAsync(4);
        Result<T> answer = read();
        await scheduler.HesitateAsync(4);
        return scheduler.Random.Next(100) < FailuresPercent ? ChatError.Unavailable : answer;
    }
}

/// <summary>One conversation's log and members.</summary>
internal sealed class MemoryConversation(string id)
{
    private readonly List<byte[]> _entries = [];
    private readonly Dictionary<string, List<byte[]>> _earlier = [];
    private readonly List<(string User, string Epoch, long Seq)> _kicks = [];
    private readonly List<(string User, string Epoch, long Seq)> _joins = [];
    private int _epochs = 1;

    public string Id => id;

    public string Epoch => $"epoch{_epochs}";

    public long First { get; set; } = 1;

    public long Last => _entries.Count;

    /// <summary>Members with the number of the entry that let them in.</summary>
    public Dictionary<string, long> Members { get; } = new(StringComparer.Ordinal);

    public byte[] this[long seq] => _entries[(int)seq - 1];

    public (long Seq, byte[] Message) Say(string from, string text) => Add(from, $"\"kind\":\"text\",\"clientId\":\"{text}\",\"text\":\"{text}\"}}");

    public (long Seq, byte[] Message) Admit(string user)
    {
        Members[user] = Last + 1;
        _joins.Add((user, Epoch, Last + 1));
        return Add("owner", $"\"kind\":\"system\",\"data\":{{\"type\":\"joined\",\"user\":\"{user}\"}}}}");
    }

    public (long Seq, byte[] Message) Kick(string user)
    {
        Members.Remove(user);
        _kicks.Add((user, Epoch, Last + 1));
        return Add("owner", $"\"kind\":\"system\",\"data\":{{\"type\":\"kicked\",\"user\":\"{user}\"}}}}");
    }

    public (long Seq, byte[] Message) Tell(string type) => Add("owner", $"\"kind\":\"system\",\"data\":{{\"type\":\"{type}\"}}}}");

    /// <summary>An older copy came back, and somebody who knew better gave it a new epoch.</summary>
    public void RollBack(int entries)
    {
        _earlier[Epoch] = [.. _entries];
        _entries.RemoveRange(_entries.Count - entries, entries);
        BeginEpoch();
    }

    /// <summary>Whether an epoch had this entry.</summary>
    public bool Was(string epoch, long seq, ReadOnlySpan<byte> message)
    {
        List<byte[]> entries = epoch == Epoch ? _entries : _earlier.GetValueOrDefault(epoch, []);
        return seq <= entries.Count && message.SequenceEqual(entries[(int)seq - 1]);
    }

    /// <summary>Whether somebody might get an entry: nothing that came after the one that put them out and before they were let in again.</summary>
    public bool WasMember(string user, string epoch, long seq)
    {
        long kicked = _kicks.Where(kick => kick.User == user && kick.Epoch == epoch && kick.Seq < seq).Select(kick => kick.Seq).LastOrDefault();
        return kicked == 0 || _joins.Any(join => join.User == user && join.Epoch == epoch && join.Seq > kicked);
    }

    /// <summary>An older copy came back and nobody noticed yet.</summary>
    public void Lose(int entries) => _entries.RemoveRange(_entries.Count - entries, entries);

    public void BeginEpoch() => _epochs++;

    public bool Holds(KnownEntry entry)
    {
        if (entry.Seq > Last)
        {
            return false;
        }

        return entry.At == 0 || entry.Seq < First || (MessageJson.TryReadHead(this[entry.Seq], out MessageHead head) && head.At == entry.At);
    }

    private (long Seq, byte[] Message) Add(string from, string tail)
    {
        // The time tells entries of one number in two epochs apart.
        byte[] message = MessageJson.Compose(id, Last + 1, from, (1000 * _epochs) + Last, Encoding.UTF8.GetBytes(tail));
        _entries.Add(message);
        return (Last, message);
    }
}
