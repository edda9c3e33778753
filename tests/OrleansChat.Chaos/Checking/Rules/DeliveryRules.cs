namespace OrleansChat.Chaos.Checking.Rules;

/// <summary>Each session gets every entry after the number it starts from, once, in order, as the log holds it (I2, I5).</summary>
internal static class DeliveryRules
{
    public static IEnumerable<Violation> Check(History history, FinalLog log, Forgiveness forgiveness) =>
        from stream in history.Records
            .Where(record => record is Started or Delivered)
            .GroupBy(record => (record.Client, record is Started started ? started.Conversation : ((Delivered)record).Conversation))
        from violation in Follow(stream, log.Of(stream.Key.Item2), forgiveness)
        select violation;

    private static IEnumerable<Violation> Follow(IEnumerable<HistoryRecord> stream, ConversationLog? log, Forgiveness forgiveness)
    {
        StreamPlace place = new(forgiveness);
        foreach (HistoryRecord record in stream)
        {
            if (record is Started started)
            {
                if (place.Begin(started) is { } wrong)
                {
                    yield return new Violation(wrong.Kind, started.Conversation, $"{started.Client} ({started.Session}) {wrong.What}");
                }

                continue;
            }

            Delivered delivered = (Delivered)record;
            long seq = delivered.Seq != 0 ? delivered.Seq : Recognised(delivered, log);
            Violation Wrong(ViolationKind kind, string what) => new(kind, delivered.Conversation, $"{delivered.Client} ({delivered.Session}) got {seq} {what}");
            if (Differs(delivered, seq, log) && !forgiveness.MayBeGone(delivered))
            {
                yield return Wrong(ViolationKind.DeliveredOther, $"as {delivered.ClientId ?? delivered.Text} of {delivered.From}, and the log has {log?.At(seq)?.ToString() ?? "nothing"}");
            }

            if (place.EnterEpoch(delivered) is { } before)
            {
                yield return Wrong(ViolationKind.EpochUntold, $"in epoch {delivered.Epoch}, and was in {before}");
            }

            if (seq != 0 && place.Take(delivered, seq, log) is { } found)
            {
                yield return Wrong(found.Kind, found.What);
            }
        }
    }

    // Where a door shows no number. Its queue may be read after the message was edited, and then says what the message says by then.
    private static long Recognised(Delivered delivered, ConversationLog? log)
    {
        (string From, string Text) said = (delivered.From, delivered.Text ?? "");
        return log is null ? 0 : log.ByText[said].FirstOrDefault()?.Seq ?? log.ByEdit[said].FirstOrDefault();
    }

    private static bool Differs(Delivered delivered, long seq, ConversationLog? log)
    {
        if (log is null)
        {
            return false;
        }

        LogEntry? entry = log.At(seq);
        return entry is null || entry.From != delivered.From
            || (delivered.ClientId is not null && entry.ClientId != delivered.ClientId)
            || (!entry.Deleted && delivered is { Kind: "text", Text: { } text } && entry.Text != text && (delivered.Seq != 0 || !log.ByEdit[(entry.From, text)].Contains(seq)));
    }
}
