namespace OrleansChat.Chaos.Checking.Rules;

/// <summary>What was acknowledged is kept, under the number that was said, and in the order of one session's sends (I1, I2).</summary>
internal static class AckRules
{
    public static IEnumerable<Violation> Check(History history, FinalLog log, Forgiveness forgiveness) =>
        history.Acked.SelectMany(ack => Kept(ack, log).Where(_ => !forgiveness.MayBeGone(ack))).Concat(Ordered(history, forgiveness));

    private static IEnumerable<Violation> Kept(Operation ack, FinalLog log)
    {
        (Invoked sent, Answered answer) = (ack.Invoked, ack.Answer!);
        string conversation = sent.Conversation!;
        ConversationLog? there = log.Of(conversation);
        // Doors without client ids are told apart by their texts, which the driver makes unique.
        IEnumerable<LogEntry> own = there is null ? []
            : sent.ClientId is { } id ? there.BySender[(sent.User, id)]
            : there.ByText[(sent.User, sent.Text!)];
        LogEntry? entry = own.FirstOrDefault();
        if (entry is null)
        {
            yield return new Violation(ViolationKind.AckedButAbsent, conversation, $"{Named(sent)} was acknowledged as {answer.Seq} and is not there (last: {there?.Last ?? 0})");
        }
        else if (answer.Seq != 0 && own.All(one => one.Seq != answer.Seq))
        {
            yield return new Violation(ViolationKind.WrongNumber, conversation, $"{Named(sent)} was acknowledged as {answer.Seq} and stands as {entry}");
        }
        else if (!entry.Deleted && entry.Text != sent.Text)
        {
            yield return new Violation(ViolationKind.WrongNumber, conversation, $"{Named(sent)} stands as {entry} with another text");
        }
    }

    private static IEnumerable<Violation> Ordered(History history, Forgiveness forgiveness)
    {
        foreach (IGrouping<(string Client, string Session, string?), Operation> lane in
            history.Acked.Where(ack => !ack.Answer!.Duplicate && ack.Answer.Seq != 0).GroupBy(ack => (ack.Invoked.Client, ack.Invoked.Session, ack.Invoked.Conversation)))
        {
            Operation? before = null;
            foreach (Operation ack in lane)
            {
                // A number is given again only when the entry that had it was lost.
                if (before is not null && before.Answer!.Seq >= ack.Answer!.Seq && !forgiveness.MayBeGone(before))
                {
                    yield return new Violation(
                        ViolationKind.SendsReordered,
                        ack.Invoked.Conversation!,
                        $"{Named(ack.Invoked)} got {ack.Answer!.Seq}, and {Named(before.Invoked)}, sent before it on the same session, got {before.Answer.Seq}");
                }

                before = ack;
            }
        }
    }

    private static string Named(Invoked sent) => $"{sent.ClientId ?? sent.Text} of {sent.Client}";
}
