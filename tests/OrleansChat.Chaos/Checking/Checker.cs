using OrleansChat.Chaos.Checking.Rules;

namespace OrleansChat.Chaos.Checking;

/// <summary>Decides from histories and the final log alone: no clock, no I/O.</summary>
internal static class Checker
{
    private static readonly Func<History, FinalLog, IEnumerable<Violation>>[] All =
    [
        AckRules.Check,
        NumberRules.Check,
        DeliveryRules.Check,
        RightsRules.Check,
        SightRules.Check,
        CountRules.Check,
        EndRules.Check,
    ];

    /// <summary>Everything that is wrong, rule by rule.</summary>
    public static IReadOnlyList<Violation> Check(History history, FinalLog log) => [.. All.SelectMany(rule => rule(history, log))];
}
