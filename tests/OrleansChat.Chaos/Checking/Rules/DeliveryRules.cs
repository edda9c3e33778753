namespace OrleansChat.Chaos.Checking.Rules;

/// <summary>Each session gets every entry after the number it starts from, once, in order, as the log holds it (I2, I5).</summary>
internal static class DeliveryRules
{
    public static IEnumerable<Violation> Check(History history, FinalLog log)
    {
        foreach (IGrouping<(string Client, string Conversation), HistoryRecord> stream in history.Records
            .Where(record => record is Started or Delivered)
            .GroupBy(record => (record.Client, record is Started started ? started.Conversation : ((Delivered)record).Conversation)))
        {
            foreach (Violation violation in Follow(stream, history, log.Of(stream.Key.Conversation)))
            {
                yield return violation;
            }
        }
    }

    private static IEnumerable<Violation> Follow(IEnumerable<HistoryRecord> stream, History history, ConversationLog? log)
    {
        long? reached = null;
        HashSet<long> seen = [];
        foreach (HistoryRecord record in stream)
        {
            if (record is Started started)
            {
                if (started.Recovered && started.After > reached)
                {
                    yield return new Violation(ViolationKind.Hole, started.Conversation, $"{started.Client} ({started.Session}) goes on after {started.After}, and had got {reached}");
                }

                reached = started.After < 0 ? null : started.After;
                seen.Clear();
                continue;
            }

            Delivered delivered = (Delivered)record;
            long seq = delivered.Seq != 0 ? delivered.Seq : log?.ByText[(delivered.From, delivered.Text ?? "")].FirstOrDefault()?.Seq ?? 0;
            Violation Wrong(ViolationKind kind, string what) => new(kind, delivered.Conversation, $"{delivered.Client} ({delivered.Session}) got {seq} {what}");
            if (Differs(delivered, seq, log) && !history.MayBeGone(delivered))
            {
                yield return Wrong(ViolationKind.DeliveredOther, $"as {delivered.ClientId ?? delivered.Text} of {delivered.From}, and the log has {log?.At(seq)?.ToString() ?? "nothing"}");
            }

            if (seq == 0 || (delivered.Seq == 0 && history.MayBeGone(delivered)))
            {
                continue;
            }

            if (!seen.Add(seq))
            {
                yield return Wrong(ViolationKind.DeliveredTwice, "twice");
            }
            else if (seq <= reached)
            {
                yield return Wrong(ViolationKind.OutOfOrder, $"after {reached}");
            }
            else if (reached is { } last && Skipped(last, seq, delivered, log))
            {
                yield return Wrong(ViolationKind.Hole, $"right after {last}");
            }

            reached = Math.Max(reached ?? 0, seq);
        }
    }

    /// <summary>Whether something between two numbers is owed. A door that shows no numbers shows texts only.</summary>
    private static bool Skipped(long last, long seq, Delivered delivered, ConversationLog? log)
    {
        if (delivered.Seq != 0)
        {
            return seq != last + 1;
        }

        for (long between = last + 1; between < seq; between++)
        {
            if (log?.At(between) is { Kind: "text", Deleted: false })
            {
                return true;
            }
        }

        return false;
    }

    private static bool Differs(Delivered delivered, long seq, ConversationLog? log)
    {
        if (log is null || (delivered.Epoch.Length > 0 && delivered.Epoch != log.Epoch))
        {
            return false;
        }

        LogEntry? entry = log.At(seq);
        return entry is null || entry.From != delivered.From
            || (delivered.ClientId is not null && entry.ClientId != delivered.ClientId)
            || (!entry.Deleted && delivered is { Kind: "text", Text: not null } && entry.Text != delivered.Text);
    }
}
