namespace OrleansChat.Chaos.Checking.Rules;

/// <summary>Nobody gets an entry numbered after the one that removed them, unless they are let in again (I8).</summary>
internal static class SightRules
{
    private static readonly string[] Openings = ["group.invite", "group.join", "group.unban"];

    public static IEnumerable<Violation> Check(History history, FinalLog log, Forgiveness forgiveness)
    {
        ILookup<(string?, string), Operation> openings = history.Of(Openings)
            .ToLookup(operation => (operation.Invoked.Conversation, operation.Invoked.Target ?? operation.Invoked.User));
        foreach (Delivered delivered in history.Records.OfType<Delivered>().Where(one => one.Seq != 0))
        {
            if (log.Of(delivered.Conversation) is not { } there
                || there.Members.MaySee(delivered.User, delivered.Seq)
                || LetInAgain(delivered, there, openings[(delivered.Conversation, delivered.User)])
                || forgiveness.MayBeGone(delivered))
            {
                continue;
            }

            yield return new Violation(
                ViolationKind.VisibleToStranger,
                delivered.Conversation,
                $"{delivered.Client} got {delivered.Seq}, and was removed by {there.Members.RemovedBefore(delivered.User, delivered.Seq)}");
        }
    }

    /// <summary>A member reads all of history: whoever is inside again may get what happened meanwhile.</summary>
    private static bool LetInAgain(Delivered delivered, ConversationLog log, IEnumerable<Operation> openings)
    {
        long removed = log.Members.RemovedBefore(delivered.User, delivered.Seq);
        return log.Entries.Any(entry => entry.Seq > Math.Max(removed, delivered.Seq) && entry.Change == "joined" && entry.People!.Contains(delivered.User))
            && openings.Any(opening => opening.Invoked.At < delivered.At && (opening.Answer is not { Error: null } || opening.Answer.Seq == 0 || opening.Answer.Seq > removed));
    }
}
