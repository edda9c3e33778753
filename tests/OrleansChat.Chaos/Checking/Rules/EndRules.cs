namespace OrleansChat.Chaos.Checking.Rules;

/// <summary>What must hold after everything came to rest.</summary>
internal static class EndRules
{
    public static IEnumerable<Violation> Check(History history, FinalLog log, Forgiveness forgiveness) => Names(history, forgiveness).Concat(Arrived(history, log)).Concat(Views(history, log));

    // What takes back what was acknowledged takes back accounts too.
    private static IEnumerable<Violation> Names(History history, Forgiveness forgiveness) =>
        history.Records.OfType<Claimed>().Where(claim => claim.Won && !forgiveness.MayBeForgotten(null, claim.Asked, claim.At)).GroupBy(claim => claim.Name).Where(same => same.Count() > 1)
            .Select(same => new Violation(ViolationKind.NameClaimedTwice, same.Key, $"given to {string.Join(" and ", same.Select(claim => claim.Client))}"));

    private static IEnumerable<Violation> Arrived(History history, FinalLog log)
    {
        Dictionary<(string, string), long> reached = [];
        foreach (HistoryRecord record in history.Records)
        {
            switch (record)
            {
                case Started started:
                    reached[(started.Client, started.Conversation)] = started.After;
                    break;
                case Delivered delivered:
                    reached[(delivered.Client, delivered.Conversation)] = delivered.Seq;
                    break;
                case Settled settled when log.Of(settled.Conversation) is { } there && there.Members.AtTheEnd.Contains(settled.User):
                    long last = reached.GetValueOrDefault((settled.Client, settled.Conversation));
                    if (last < there.Last)
                    {
                        yield return new Violation(ViolationKind.NeverDelivered, settled.Conversation, $"{settled.Client} has got up to {last} of {there.Last}");
                    }

                    break;
            }
        }
    }

    private static IEnumerable<Violation> Views(History history, FinalLog log)
    {
        foreach (IGrouping<string, Viewed> same in history.Records.OfType<Viewed>().GroupBy(view => view.Conversation))
        {
            Viewed first = same.First();
            foreach (Viewed view in same.Skip(1).Where(view => !view.Messages.SequenceEqual(first.Messages)))
            {
                yield return new Violation(ViolationKind.UnequalViews, same.Key, $"{view.Client} and {first.Client} see different messages: {Difference(view, first)}");
            }

            string[] expected = [.. (log.Of(same.Key)?.Entries ?? []).Where(entry => entry.Kind is "text" or "system" && entry.Seq > first.After).Select(entry => $"{entry.Seq} {entry.From}")];
            if (!expected.SequenceEqual(first.Messages.Select(message => string.Join(' ', message.Split(' ').Take(2)))))
            {
                yield return new Violation(ViolationKind.UnequalViews, same.Key, $"{first.Client} sees {first.Messages.Count} messages, and the log has {expected.Length}");
            }
        }
    }

    private static string Difference(Viewed one, Viewed other) =>
        one.Messages.Except(other.Messages).Concat(other.Messages.Except(one.Messages)).FirstOrDefault() ?? "their order";
}
