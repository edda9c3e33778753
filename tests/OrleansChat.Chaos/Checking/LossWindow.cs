namespace OrleansChat.Chaos.Checking;

/// <summary>A time in which storage may have lost what it had taken.</summary>
/// <param name="Since">What was acknowledged before this is kept.</param>
/// <param name="Until">What was asked for after this is kept.</param>
/// <param name="MayLose">Whether what was acknowledged between may be gone; else only what was shown and not acknowledged.</param>
/// <param name="MayUnshow">Whether what was shown and not acknowledged may be gone without anybody being told.</param>
/// <param name="Where">The only conversation that this is about; null for all.</param>
internal sealed record LossWindow(long Since, long Until, bool MayLose, bool MayUnshow, string? Where)
{
    /// <summary>The windows of a history: from each fault that may lose something to its end.</summary>
    public static IReadOnlyList<LossWindow> Of(History history)
    {
        Faulted[] faults = [.. history.Records.OfType<Faulted>()];
        return
        [
            .. faults.Index().Where(one => one.Item.MayLose || one.Item.MayUnshow).Select(one => new LossWindow(
                one.Item.At - one.Item.Reach,
                faults.Skip(one.Index).FirstOrDefault(later => later.Ends(one.Item.What))?.At ?? long.MaxValue,
                one.Item.MayLose,
                one.Item.MayUnshow,
                one.Item.Where)),
        ];
    }

    public bool IsAbout(string? conversation) => Where is null || Where == conversation;

    /// <summary>Whether something that was asked for and answered at these times may have happened in it.</summary>
    public bool Holds(string? conversation, long asked, long answered) => IsAbout(conversation) && answered >= Since && asked <= Until;
}
