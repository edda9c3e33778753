namespace OrleansChat.Chaos.Checking;

/// <summary>
/// What need not be there at the end, because a fault may have taken it. Nothing is forgiven outside the time of such a fault, and what was
/// acknowledged only when its epoch has ended: whoever had seen it was told (<see cref="Rules.EpochRules"/> and <see cref="Rules.DeliveryRules"/>
/// see to that).
/// </summary>
internal sealed class Forgiveness
{
    /// <summary>How long after a fault something may still come that a node had taken from storage before it, in microseconds.</summary>
    private const long InFlight = 15_000_000;

    private readonly FinalLog _log;
    private readonly IReadOnlyList<LossWindow> _windows;
    private readonly ILookup<string, string> _epochs;
    private readonly Dictionary<(string Conversation, string From, string What), Sending> _sendings = [];

    /// <summary>When a number was first said to be given to something.</summary>
    private readonly Dictionary<(string Conversation, string Epoch, long Seq), long> _given = [];

    public Forgiveness(History history, FinalLog log)
    {
        _log = log;
        _windows = LossWindow.Of(history);
        _epochs = history.Epochs().Select(one => (one.Conversation, one.Epoch)).Distinct().ToLookup(one => one.Conversation, one => one.Epoch);
        if (_windows.Count == 0)
        {
            return;
        }

        foreach (Operation send in history.Sends)
        {
            Note(send, send.Invoked.ClientId);
            Note(send, send.Invoked.Text);
            if (send is { Answer: { Error: null, Epoch: { } epoch, Seq: > 0 and var seq } })
            {
                (string, string, long) number = (send.Invoked.Conversation!, epoch, seq);
                _given[number] = Math.Min(_given.GetValueOrDefault(number, long.MaxValue), send.Ended);
            }
        }
    }

    /// <summary>In how many faults before a time something of a conversation may have been lost.</summary>
    public int LossesBefore(string conversation, long time) => _windows.Count(window => window.IsAbout(conversation) && window.Since <= time);

    /// <summary>Whether what was acknowledged may be gone.</summary>
    public bool MayBeGone(Operation acked)
    {
        Invoked asked = acked.Invoked;
        bool numbered = asked.Command == "send" || acked.Answer!.Epoch is not null;
        return MayBeForgotten(asked.Conversation, asked.At, acked.Ended) && (!numbered || HasEnded(asked.Conversation!, acked.Answer!.Epoch));
    }

    /// <summary>
    /// Whether what a client was shown may stand elsewhere in the log in the end, or nowhere. A door that shows no numbers shows it again then.
    /// </summary>
    public bool MayBeGone(Delivered shown) => _windows.Any(window =>
        window.IsAbout(shown.Conversation) && shown.At >= window.Since && MayBeFrom(window, shown)
        && ((window.MayLose && HasEnded(shown.Conversation, shown.Epoch)) || (window.MayUnshow && !IsAcked(shown))));

    /// <summary>Whether something without a number that had been acknowledged may be gone: a watermark, a block, a name.</summary>
    public bool MayBeForgotten(string? conversation, long asked, long answered) =>
        _windows.Any(window => window.MayLose && window.Holds(conversation, asked, answered));

    /// <summary>Whether what a client was shown of such a thing may be gone.</summary>
    public bool MayBeUnshown(string? conversation, long asked, long answered) => _windows.Any(window => window.Holds(conversation, asked, answered));

    private void Note(Operation send, string? what)
    {
        if (what is null)
        {
            return;
        }

        (string, string, string) key = (send.Invoked.Conversation!, send.Invoked.User, what);
        if (!_sendings.TryGetValue(key, out Sending? sending))
        {
            _sendings.Add(key, sending = new Sending(send.Invoked.At));
        }

        if (send.Succeeded)
        {
            sending.Acked = Math.Min(sending.Acked, send.Ended);
            sending.Numbers.Add(send.Answer!.Seq);
        }
    }

    /// <summary>
    /// Whether what was shown may have been appended in a window: it was sent before the end, and neither it nor anything else had been
    /// acknowledged under its number before the beginning.
    /// </summary>
    private bool MayBeFrom(LossWindow window, Delivered shown) =>
        _given.GetValueOrDefault((shown.Conversation, shown.Epoch, shown.Seq), long.MaxValue) >= window.Since
        && (Find(shown) is { } sending ? sending.Asked <= window.Until && sending.Acked >= window.Since : shown.At - InFlight <= window.Until);

    private bool IsAcked(Delivered shown) => shown.Seq != 0 && Find(shown) is { } sending && sending.Numbers.Contains(shown.Seq);

    private Sending? Find(Delivered shown) =>
        (shown.ClientId is { } id ? _sendings.GetValueOrDefault((shown.Conversation, shown.From, id)) : null)
        ?? (shown.Text is { } text ? _sendings.GetValueOrDefault((shown.Conversation, shown.From, text)) : null);

    /// <summary>Whether an epoch is over. A door that shows none cannot say in which of them its answers came.</summary>
    private bool HasEnded(string conversation, string? epoch) =>
        string.IsNullOrEmpty(epoch) ? _epochs[conversation].Skip(1).Any() : _log.Of(conversation)?.Epoch != epoch;

    /// <summary>A message through all its attempts.</summary>
    private sealed class Sending(long asked)
    {
        /// <summary>When the first attempt began.</summary>
        public long Asked => asked;

        /// <summary>When it was first acknowledged.</summary>
        public long Acked { get; set; } = long.MaxValue;

        /// <summary>The numbers under which it was acknowledged.</summary>
        public HashSet<long> Numbers { get; } = [];
    }
}
