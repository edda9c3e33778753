namespace OrleansChat.Chaos.Checking.Rules;

/// <summary>Watermarks only go up; unread is what lies behind them.</summary>
internal static class CountRules
{
    public static IEnumerable<Violation> Check(History history, FinalLog log) => Watermarks(history).Concat(Unread(history, log));

    private static IEnumerable<Violation> Watermarks(History history)
    {
        // Whoever sends has read up to there.
        ILookup<(string, string?), (long At, long Seq, string? Epoch)> reads = history.Of("read", "send").Where(one => one.Succeeded)
            .ToLookup(
                one => (one.Invoked.User, one.Invoked.Conversation),
                one => (one.Ended, one.Invoked.Command == "read" ? one.Invoked.Seq : one.Answer!.Seq, one.Answer!.Epoch));
        foreach (IGrouping<(string User, string Conversation, string), Counted> seen in
            history.Records.OfType<Counted>().GroupBy(counted => (counted.User, counted.Conversation, counted.Epoch)))
        {
            Counted[] all = [.. seen.OrderBy(counted => counted.At)];
            long highest = 0;
            int done = 0;
            foreach (Counted counted in all.OrderBy(counted => counted.Asked))
            {
                // What had been shown before this one was asked for.
                for (; done < all.Length && all[done].At < counted.Asked; done++)
                {
                    highest = Math.Max(highest, all[done].Read);
                }

                long said = reads[(seen.Key.User, seen.Key.Conversation)].Where(read => read.At < counted.Asked && (read.Epoch ?? counted.Epoch) == counted.Epoch)
                    .Select(read => Math.Min(read.Seq, counted.Last)).DefaultIfEmpty().Max();
                long least = Math.Max(highest, said);
                if (counted.Read < least && !LeftMeanwhile(history, seen.Key.User, seen.Key.Conversation))
                {
                    yield return new Violation(ViolationKind.WatermarkBackwards, counted.Conversation, $"{counted.Client} had read {least} and is shown {counted.Read}");
                }
            }
        }
    }

    /// <summary>Whoever leaves and comes back begins anew.</summary>
    private static bool LeftMeanwhile(History history, string user, string conversation) =>
        history.Of("group.kick", "group.leave", "group.ban").Any(operation =>
            operation.Invoked.Conversation == conversation && (operation.Invoked.Target ?? operation.Invoked.User) == user);

    private static IEnumerable<Violation> Unread(History history, FinalLog log) =>
        from counted in history.Records.OfType<Counted>()
        let there = log.Of(counted.Conversation)
        where there is not null && there.Epoch == counted.Epoch
        let expected = there.Entries.Count(entry => entry.Kind == "text" && entry.Seq > counted.Read && entry.Seq <= counted.Last)
        where expected != counted.Unread
        select new Violation(
            ViolationKind.UnreadWrong, counted.Conversation, $"{counted.Client} has read {counted.Read} of {counted.Last} and is shown {counted.Unread} unread instead of {expected}");
}
