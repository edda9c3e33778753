namespace OrleansChat.Chaos.Checking;

/// <summary>One entry of a conversation's log as storage holds it at the end.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="Epoch">The log's epoch at the end.</param>
/// <param name="Seq">The number.</param>
/// <param name="From">Who wrote it.</param>
/// <param name="Kind"><c>text</c>, <c>system</c> or a change.</param>
/// <param name="ClientId">The sender's id of it.</param>
/// <param name="Text">The text; null also where it was deleted.</param>
/// <param name="Deleted">Whether only a tombstone is left.</param>
/// <param name="Change">Of a system entry: <c>created</c>, <c>joined</c>, <c>left</c>, <c>kicked</c> ...</param>
/// <param name="People">Of a system entry: whom it is about.</param>
/// <param name="Target">Of an edit: the number of the message.</param>
/// <param name="Edited">Of an edit: what the message says from then on.</param>
internal sealed record LogEntry(
    string Conversation, string Epoch, long Seq, string From, string Kind, string? ClientId = null, string? Text = null,
    bool Deleted = false, string? Change = null, IReadOnlyList<string>? People = null,
    long Target = 0, string? Edited = null)
{
    public override string ToString() => $"{Seq} from {From} ({Kind} {ClientId ?? Change})";
}

/// <summary>One conversation at the end, in the order of the log.</summary>
internal sealed class ConversationLog
{
    private readonly Dictionary<long, LogEntry> _bySeq = [];
    private readonly Lazy<MemberRoll> _roll;

    public ConversationLog(string conversation, string epoch, IReadOnlyList<LogEntry> entries)
    {
        Conversation = conversation;
        Epoch = epoch;
        Entries = entries;
        foreach (LogEntry entry in entries)
        {
            _bySeq.TryAdd(entry.Seq, entry);
        }

        BySender = entries.Where(entry => entry.ClientId is not null).ToLookup(entry => (entry.From, entry.ClientId!));
        ByText = entries.Where(entry => TextOf(entry) is not null).ToLookup(entry => (entry.From, TextOf(entry)!));
        ByEdit = entries.Where(entry => entry.Edited is not null).ToLookup(entry => (entry.From, entry.Edited!), entry => entry.Target);
        _roll = new Lazy<MemberRoll>(() => new MemberRoll(this));
    }

    public string Conversation { get; }

    public string Epoch { get; }

    public IReadOnlyList<LogEntry> Entries { get; }

    public long Last => Entries.Count == 0 ? 0 : Entries[^1].Seq;

    public ILookup<(string From, string ClientId), LogEntry> BySender { get; }

    public ILookup<(string From, string Text), LogEntry> ByText { get; }

    /// <summary>The messages that came to say something by an edit: whoever reads them afterwards gets that.</summary>
    public ILookup<(string From, string Text), long> ByEdit { get; }

    /// <summary>Who was a member at which number.</summary>
    public MemberRoll Members => _roll.Value;

    /// <summary>What the driver gives a message to say, so that it is known even where only a tombstone is left.</summary>
    public static string TextFor(string clientId) => $"text of {clientId}";

    public LogEntry? At(long seq) => _bySeq.GetValueOrDefault(seq);

    private static string? TextOf(LogEntry entry) => entry.Text ?? (entry.ClientId is { } id ? TextFor(id) : null);
}

/// <summary>All logs at the end.</summary>
internal sealed class FinalLog(IEnumerable<ConversationLog> logs)
{
    private readonly Dictionary<string, ConversationLog> _logs = logs.ToDictionary(log => log.Conversation);

    public IEnumerable<ConversationLog> All => _logs.Values;

    public ConversationLog? Of(string? conversation) => conversation is null ? null : _logs.GetValueOrDefault(conversation);

    /// <summary>Puts the logs together from their entries.</summary>
    public static FinalLog Of(IEnumerable<LogEntry> entries) =>
        new(entries.GroupBy(entry => entry.Conversation).Select(log => new ConversationLog(log.Key, log.First().Epoch, [.. log])));
}
