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
        MayHaveLost = Records.OfType<Faulted>().Any(fault => fault.MayLose);
    }

    public IReadOnlyList<HistoryRecord> Records { get; }

    public IReadOnlyList<Operation> Operations { get; }

    public IReadOnlyList<Operation> Sends { get; }

    /// <summary>Acknowledged sends, one for each acknowledgement.</summary>
    public IEnumerable<Operation> Acked => Sends.Where(send => send.Succeeded);

    /// <summary>Whether storage was taken back: then, and only then, what was acknowledged in an earlier epoch may be gone.</summary>
    public bool MayHaveLost { get; }

    public IEnumerable<Operation> Of(params string[] commands) => Operations.Where(operation => commands.Contains(operation.Invoked.Command));
}
