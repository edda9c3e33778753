using OrleansChat.Chaos.Checking;
using OrleansChat.Chaos.Running;

namespace OrleansChat.Chaos.Mutants;

/// <summary>What became of a planted bug.</summary>
internal sealed record MutantResult(Mutant Mutant, RunReport Report)
{
    /// <summary>Whether it was caught by what it should be caught by; a harmless change: whether nothing was found.</summary>
    public bool AsExpected => Report.Planted > 0 && (Mutant.IsControl
        ? Report.Violations.Count == 0
        : Report.Violations.Any(violation => Mutant.Expected.Contains(violation.Kind)));

    public override string ToString()
    {
        string found = string.Join(", ", Report.Violations.GroupBy(violation => violation.Kind).Select(kind => $"{kind.Key} {kind.Count()}"));
        string verdict = (Mutant.IsControl, AsExpected) switch
        {
            (_, false) when Report.Planted == 0 => "NEVER RUN",
            (true, true) => "harmless",
            (true, false) => "FALSE ALARM",
            (false, true) => "caught",
            _ => "NOT CAUGHT",
        };
        return $"{Mutant.Name,-24} {verdict,-11} {Report.Acked,6} acknowledged: {(found.Length > 0 ? found : "nothing found")}";
    }
}

/// <summary>Runs with a bug.</summary>
internal static class MutantRun
{
    public static async Task<MutantResult> RunAsync(Mutant mutant, TimeSpan time, int seed = 1) =>
        new(mutant, await ChaosRun.RunAsync(new RunOptions
        {
            Time = time,
            Seed = seed,
            Mutant = mutant.Name,
            Faults = mutant.Faults,
            Natives = 4,
            Libraries = 1,
            Lines = 0,
            Resps = 0,
            Webs = 0,
            Rate = 15,
            Rest = TimeSpan.FromSeconds(7),
            Progress = text => ReportTable.Progress($"{mutant.Name}: {text}"),
        }));
}
