namespace OrleansChat.Chaos.Checking;

/// <summary>An attempt with its answer, where one came.</summary>
internal sealed record Operation(Invoked Invoked, Answered? Answer)
{
    public bool Succeeded => Answer is { Error: null };

    /// <summary>When it ended; never, without an answer: it may happen at any later time.</summary>
    public long Ended => Answer?.At ?? long.MaxValue;
}

/// <summary>All records of a run, in the order of the clock, and the views of them that rules need.</summary>
internal sealed class History
{
    private readonly ILookup<string, (string, string)> _epochs;
    private readonly HashSet<(string, string, string?, long)> _acked;

    public History(IEnumerable<HistoryRecord> records)
    {
        // Records of one client keep the order in which they were written, whatever the clock says.
        Records = [.. records.OrderBy(record => record.At)];
        Dictionary<long, Answered> answers = [];
        foreach (Answered answer in Records.OfType<Answered>())
        {
            answers.TryAdd(answer.Op, answer);
        }

        Operations = [.. Records.OfType<Invoked>().Select(invoked => new Operation(invoked, answers.GetValueOrDefault(invoked.Op)))];
        Sends = [.. Operations.Where(operation => operation.Invoked.Command == "send")];
        _epochs = Records.OfType<Delivered>().Where(one => one.Epoch.Length > 0).Select(one => (one.Conversation, one.Epoch))
            .Concat(Acked.Where(ack => ack.Answer!.Epoch is not null).Select(ack => (ack.Invoked.Conversation!, ack.Answer!.Epoch!)))
            .Distinct().ToLookup(one => one.Item1);
        _acked = [.. Acked.Select(ack => (ack.Invoked.Conversation!, ack.Invoked.User, ack.Invoked.ClientId ?? ack.Invoked.Text, ack.Answer!.Seq))];
        MayHaveLost = Records.OfType<Faulted>().Any(fault => fault.MayLose);
        MayHaveUnshown = Records.OfType<Faulted>().Any(fault => fault.MayUnshow);
    }

    public IReadOnlyList<HistoryRecord> Records { get; }

    public IReadOnlyList<Operation> Operations { get; }

    public IReadOnlyList<Operation> Sends { get; }

    /// <summary>Whether entries that were shown and never acknowledged may be gone.</summary>
    public bool MayHaveUnshown { get; }

    /// <summary>Acknowledged sends, one for each acknowledgement.</summary>
    public IEnumerable<Operation> Acked => Sends.Where(send => send.Succeeded);

    /// <summary>Whether storage was taken back: then, and only then, what was acknowledged in an earlier epoch may be gone.</summary>
    public bool MayHaveLost { get; }

    /// <summary>Whether a log had more than one epoch: a door that shows none cannot say in which of them its answers came.</summary>
    public bool WasRolledBack(string conversation) => _epochs[conversation].Skip(1).Any();

    /// <summary>
    /// Whether what a client was shown may stand elsewhere in the log in the end, or nowhere: nobody was told that it is kept under that number.
    /// A door that shows no numbers shows it again then.
    /// </summary>
    public bool MayBeGone(Delivered shown) =>
        (MayHaveUnshown && (shown.Seq == 0
            || (!_acked.Contains((shown.Conversation, shown.From, shown.ClientId, shown.Seq)) && !_acked.Contains((shown.Conversation, shown.From, shown.Text, shown.Seq)))))
        || (MayHaveLost && shown.Epoch.Length == 0 && WasRolledBack(shown.Conversation));

    public IEnumerable<Operation> Of(params string[] commands) => Operations.Where(operation => commands.Contains(operation.Invoked.Command));
}
