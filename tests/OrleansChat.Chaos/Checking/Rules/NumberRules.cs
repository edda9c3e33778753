namespace OrleansChat.Chaos.Checking.Rules;

/// <summary>Entries are numbered 1, 2, 3 ..., every number once, every client id once (I2, I3).</summary>
internal static class NumberRules
{
    public static IEnumerable<Violation> Check(History history, FinalLog log) =>
        log.All.SelectMany(Numbered).Concat(log.All.SelectMany(Once)).Concat(GivenOnce(history, log));

    private static IEnumerable<Violation> Numbered(ConversationLog log)
    {
        long expected = 1;
        foreach (LogEntry entry in log.Entries)
        {
            if (entry.Seq != expected)
            {
                yield return new Violation(ViolationKind.NumberGivenTwice, log.Conversation, $"the log has {entry} where {expected} belongs");
            }

            expected = entry.Seq + 1;
        }
    }

    private static IEnumerable<Violation> Once(ConversationLog log) =>
        log.BySender.Where(same => same.Count() > 1).Select(same => new Violation(
            ViolationKind.DuplicateEntry, log.Conversation, $"{same.Key.ClientId} of {same.Key.From} stands as {string.Join(" and ", same.Select(entry => entry.Seq))}"));

    /// <summary>
    /// Whatever was ever said to stand under a number of an epoch, to anybody, is one thing - but for an epoch that ended because something
    /// of it was lost: whoever had seen that was told.
    /// </summary>
    private static IEnumerable<Violation> GivenOnce(History history, FinalLog log)
    {
        Dictionary<(string, string, long), string> given = [];
        foreach ((string conversation, string? epoch, long seq, string what) in Given(history))
        {
            if (string.IsNullOrEmpty(epoch) || seq == 0 || (history.MayHaveLost && log.Of(conversation)?.Epoch != epoch))
            {
                continue;
            }

            if (!given.TryAdd((conversation, epoch, seq), what) && given[(conversation, epoch, seq)] != what)
            {
                yield return new Violation(ViolationKind.NumberGivenTwice, conversation, $"{seq} of epoch {epoch} is {given[(conversation, epoch, seq)]} and {what}");
            }
        }
    }

    private static IEnumerable<(string Conversation, string? Epoch, long Seq, string What)> Given(History history)
    {
        IEnumerable<(string, string?, long, string)> acks = history.Acked.Where(ack => ack.Invoked.ClientId is not null)
            .Select(ack => (ack.Invoked.Conversation!, ack.Answer!.Epoch, ack.Answer.Seq, $"{ack.Invoked.ClientId} of {ack.Invoked.User}"));
        IEnumerable<(string, string?, long, string)> deliveries = history.Records.OfType<Delivered>().Where(one => one is { Kind: "text", ClientId: not null } && !history.MayBeGone(one))
            .Select(one => (one.Conversation, (string?)one.Epoch, one.Seq, $"{one.ClientId} of {one.From}"));
        return acks.Concat(deliveries);
    }
}
