namespace OrleansChat.Chaos.Checking.Rules;

/// <summary>Watermarks only go up; unread is what lies behind them.</summary>
internal static class CountRules
{
    /// <summary>How much later than its answer a command may still be carried out whose answer says that nobody knows, in microseconds.</summary>
    private const long Late = 60_000_000;

    public static IEnumerable<Violation> Check(History history, FinalLog log, Forgiveness forgiveness) =>
        Watermarks(history, forgiveness).Concat(Unread(history, log, forgiveness));

    private static IEnumerable<Violation> Watermarks(History history, Forgiveness forgiveness)
    {
        // Whoever sends has read up to there.
        ILookup<(string, string?), Mark> acked = history.Of("read", "send").Where(one => one.Succeeded).ToLookup(
            one => (one.Invoked.User, one.Invoked.Conversation),
            one => new Mark(
                one.Invoked.At, one.Ended, one.Invoked.Command == "read" ? one.Invoked.Seq : one.Answer!.Seq, one.Answer!.Epoch, () => MayBeGone(one, forgiveness)));
        ILookup<(string, string?), (long Began, long Ended)> removals = history.Of("group.kick", "group.leave", "group.ban").ToLookup(
            one => (one.Invoked.Target ?? one.Invoked.User, one.Invoked.Conversation),
            one => (one.Invoked.At, one.Answer?.Error is "lost" or "unavailable" ? one.Ended + Late : one.Ended));
        foreach (IGrouping<(string User, string Conversation), Counted> seen in history.Records.OfType<Counted>().GroupBy(counted => (counted.User, counted.Conversation)))
        {
            (string, string?) key = (seen.Key.User, seen.Key.Conversation);
            Mark[] marks =
            [
                .. acked[key],
                .. seen.Select(shown => new Mark(
                    shown.Asked, shown.At, shown.Read, shown.Epoch, () => forgiveness.MayBeUnshown(shown.Conversation, shown.Asked, shown.At))),
            ];
            foreach (Counted counted in seen)
            {
                foreach (Mark mark in marks)
                {
                    // What was known before this was asked for. More than the last is taken as the last.
                    if (mark.Told < counted.Asked && Math.Min(mark.Seq, counted.Last) > counted.Read && (mark.Epoch ?? counted.Epoch) == counted.Epoch
                        && !mark.MayBeGone() && !removals[key].Any(removal => removal.Began < counted.At && removal.Ended > mark.Asked))
                    {
                        yield return new Violation(
                            ViolationKind.WatermarkBackwards, counted.Conversation, $"{counted.Client} had read {mark.Seq} and is shown {counted.Read}");
                        break;
                    }
                }
            }
        }
    }

    /// <summary>A watermark has no number: it may be lost where the entry that the send made is not.</summary>
    private static bool MayBeGone(Operation acked, Forgiveness forgiveness) =>
        forgiveness.MayBeForgotten(acked.Invoked.Conversation, acked.Invoked.At, acked.Ended);

    private static IEnumerable<Violation> Unread(History history, FinalLog log, Forgiveness forgiveness) =>
        from counted in history.Records.OfType<Counted>()
        let there = log.Of(counted.Conversation)
        where there is not null && there.Epoch == counted.Epoch
        let expected = there.Entries.Count(entry => entry.Kind == "text" && entry.Seq > counted.Read && entry.Seq <= counted.Last)
        where expected != counted.Unread && !forgiveness.MayBeUnshown(counted.Conversation, counted.Asked, counted.At)
        select new Violation(
            ViolationKind.UnreadWrong, counted.Conversation, $"{counted.Client} has read {counted.Read} of {counted.Last} and is shown {counted.Unread} unread instead of {expected}");

    /// <summary>Up to where somebody had read, as they were told.</summary>
    private readonly record struct Mark(long Asked, long Told, long Seq, string? Epoch, Func<bool> MayBeGone);
}
