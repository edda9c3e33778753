namespace OrleansChat.Chaos.Checking.Rules;

/// <summary>A log begins a new epoch only when something of it may have been lost: everybody reloads then, and what an epoch excuses is excused.</summary>
internal static class EpochRules
{
    public static IEnumerable<Violation> Check(History history, FinalLog log, Forgiveness forgiveness) =>
        from told in history.Epochs().Concat(log.All.Select(one => (one.Conversation, one.Epoch, At: long.MaxValue))).GroupBy(one => one.Conversation)
        from one in told.GroupBy(one => one.Epoch).Select(epoch => (Epoch: epoch.Key, At: epoch.Min(one => one.At))).OrderBy(epoch => epoch.At).Index()
        let losses = forgiveness.LossesBefore(told.Key, one.Item.At)
        where one.Index > losses
        select new Violation(ViolationKind.EpochEnded, told.Key, $"epoch {one.Item.Epoch} is the {one.Index + 1}th, and something may have been lost {losses} times before it");
}
