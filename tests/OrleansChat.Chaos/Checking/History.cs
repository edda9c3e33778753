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
    }

    public IReadOnlyList<HistoryRecord> Records { get; }

    public IReadOnlyList<Operation> Operations { get; }

    public IReadOnlyList<Operation> Sends { get; }

    /// <summary>Acknowledged sends, one for each acknowledgement.</summary>
    public IEnumerable<Operation> Acked => Sends.Where(send => send.Succeeded);

    /// <summary>Every epoch that anybody was told of, with the time; in no order.</summary>
    public IEnumerable<(string Conversation, string Epoch, long At)> Epochs()
    {
        IEnumerable<(string?, string?, long)> told = Records.Select(record => record switch
        {
            Delivered delivered => (delivered.Conversation, delivered.Epoch, delivered.At),
            Started started => (started.Conversation, started.Epoch, started.At),
            Counted counted => (counted.Conversation, counted.Epoch, counted.At),
            _ => ((string?)null, (string?)null, 0L),
        }).Concat(Operations.Select(operation => (operation.Invoked.Conversation, operation.Answer?.Epoch, operation.Ended)));
        return told.Where(one => one is { Item1: not null, Item2.Length: > 0 }).Select(one => (one.Item1!, one.Item2!, one.Item3));
    }

    public IEnumerable<Operation> Of(params string[] commands) => Operations.Where(operation => commands.Contains(operation.Invoked.Command));
}
