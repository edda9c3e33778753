namespace OrleansChat.Chaos.Checking.Rules;

/// <summary>Entries are numbered 1, 2, 3 ..., every number once, every client id once (I2, I3).</summary>
internal static class NumberRules
{
    public static IEnumerable<Violation> Check(History history, FinalLog log, Forgiveness forgiveness) =>
        log.All.SelectMany(Numbered).Concat(log.All.SelectMany(Once)).Concat(GivenOnce(history, forgiveness));

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

    /// <summary>Whatever was ever said to stand under a number of an epoch, to anybody, is one thing - but for what was lost.</summary>
    private static IEnumerable<Violation> GivenOnce(History history, Forgiveness forgiveness)
    {
        Dictionary<(string, string, long), Gift> given = [];
        foreach (Gift gift in Gifts(history, forgiveness))
        {
            (string, string, long) number = (gift.Conversation, gift.Epoch, gift.Seq);
            if (given.TryAdd(number, gift) || given[number].What == gift.What || gift.MayBeGone())
            {
                continue;
            }

            if (given[number].MayBeGone())
            {
                given[number] = gift;
                continue;
            }

            yield return new Violation(
                ViolationKind.NumberGivenTwice, gift.Conversation, $"{gift.Seq} of epoch {gift.Epoch} is {given[number].What} and {gift.What}");
        }
    }

    private static IEnumerable<Gift> Gifts(History history, Forgiveness forgiveness)
    {
        IEnumerable<Gift> acks = history.Acked.Where(ack => ack is { Invoked.ClientId: not null, Answer: { Epoch.Length: > 0, Seq: > 0 } })
            .Select(ack => new Gift(
                ack.Invoked.Conversation!, ack.Answer!.Epoch!, ack.Answer.Seq, $"{ack.Invoked.ClientId} of {ack.Invoked.User}", () => forgiveness.MayBeGone(ack)));
        IEnumerable<Gift> deliveries = history.Records.OfType<Delivered>().Where(one => one is { Kind: "text", ClientId: not null, Epoch.Length: > 0, Seq: > 0 })
            .Select(one => new Gift(one.Conversation, one.Epoch, one.Seq, $"{one.ClientId} of {one.From}", () => forgiveness.MayBeGone(one)));
        return acks.Concat(deliveries);
    }

    /// <summary>A number and what was said to stand under it.</summary>
    private readonly record struct Gift(string Conversation, string Epoch, long Seq, string What, Func<bool> MayBeGone);
}
