using OrleansChat.Chaos.Checking.Rules;

namespace OrleansChat.Chaos.Checking;

/// <summary>Decides from histories and the final log alone: no clock, no I/O.</summary>
internal static class Checker
{
    private static readonly Func<History, FinalLog, Forgiveness, IEnumerable<Violation>>[] All =
    [
        AckRules.Check,
        NumberRules.Check,
        DeliveryRules.Check,
        EpochRules.Check,
        RightsRules.Check,
        SightRules.Check,
        CountRules.Check,
        EndRules.Check,
    ];

    /// <summary>Everything that is wrong, rule by rule.</summary>
    public static IReadOnlyList<Violation> Check(History history, FinalLog log)
    {
        Forgiveness forgiveness = new(history, log);
        return [.. All.SelectMany(rule => rule(history, log, forgiveness))];
    }
}
