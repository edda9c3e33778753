namespace OrleansChat.Chaos.Checking.Rules;

/// <summary>A removal, a block, a muting that returned is final: nothing that is sent afterwards is taken (I4).</summary>
internal static class RightsRules
{
    public static IEnumerable<Violation> Check(History history, FinalLog log, Forgiveness forgiveness) =>
        ByLog(log)
            .Concat(After(history, forgiveness, ViolationKind.SentAfterRemoval, ["group.kick", "group.ban"], ["group.invite", "group.join", "group.unban"]))
            .Concat(After(history, forgiveness, ViolationKind.SentThroughBlock, ["block"], ["unblock"]))
            .Concat(After(history, forgiveness, ViolationKind.SentWhileMuted, ["group.mute"], ["group.unmute", "group.kick", "group.invite", "group.join"]));

    /// <summary>The log alone says who was inside at each number.</summary>
    private static IEnumerable<Violation> ByLog(FinalLog log) =>
        from conversation in log.All
        from entry in conversation.Entries
        where entry.Kind != "system" && !conversation.Members.MayWrite(entry.From, entry.Seq)
        select new Violation(
            ViolationKind.SentAfterRemoval, conversation.Conversation, $"{entry} was written by no member (removed by {conversation.Members.RemovedBefore(entry.From, entry.Seq)})");

    /// <summary>No send that began after such a command had returned may be taken, until the opposite was asked for.</summary>
    private static IEnumerable<Violation> After(History history, Forgiveness forgiveness, ViolationKind kind, string[] ends, string[] begins)
    {
        ILookup<(string?, string), Operation> endings = history.Of(ends).Where(operation => operation.Succeeded)
            .ToLookup(operation => (operation.Invoked.Conversation, operation.Invoked.Target!));
        if (endings.Count == 0)
        {
            yield break;
        }

        ILookup<(string?, string), Operation> openings = history.Of(begins)
            .ToLookup(operation => (operation.Invoked.Conversation, operation.Invoked.Target ?? operation.Invoked.User));
        foreach (Operation send in history.Acked.Where(send => !send.Answer!.Duplicate))
        {
            (string?, string) who = (send.Invoked.Conversation, send.Invoked.User);
            Operation? ended = endings[who].LastOrDefault(ending => ending.Ended < send.Invoked.At && IsFinal(ending, openings[who], send));
            // An attempt before it may have been the one that was taken, and this answer the second one's.
            if (ended is not null && !SentBefore(history, send, ended) && !forgiveness.MayBeGone(ended))
            {
                yield return new Violation(
                    kind,
                    send.Invoked.Conversation!,
                    $"{send.Invoked.ClientId ?? send.Invoked.Text} of {send.Invoked.Client} was taken as {send.Answer!.Seq}, {(send.Invoked.At - ended.Ended) / 1000} ms after {ended.Invoked.Command} had returned");
            }
        }
    }

    private static bool IsFinal(Operation ending, IEnumerable<Operation> openings, Operation send) =>
        !openings.Any(opening => opening.Ended > ending.Invoked.At && opening.Invoked.At < send.Ended);

    private static bool SentBefore(History history, Operation send, Operation ended) =>
        send.Invoked.ClientId is { } id && history.Sends.Any(other =>
            other.Invoked.ClientId == id && other.Invoked.User == send.Invoked.User && other.Invoked.At < ended.Ended);
}
