using System.CommandLine;
using OrleansChat.Chaos.Running;

namespace OrleansChat.Chaos.Soak;

/// <summary><c>soak</c> on the command line.</summary>
internal static class SoakCommand
{
    public static Command Create()
    {
        Option<double> minutes = new("--minutes") { Description = "How long.", DefaultValueFactory = _ => 30 };
        Option<int> seed = new("--seed") { Description = "The schedule of faults and commands.", DefaultValueFactory = _ => 1 };
        Option<double> rate = new("--rate") { Description = "Sends a second and client.", DefaultValueFactory = _ => 20 };
        Command soak = new("soak", "Mixed load with faults, and whether memory, handles, threads, keys and connections are flat at the end. Exit code 1: they are not, or something was found.")
        {
            minutes, seed, rate,
        };
        soak.SetAction(async parsed =>
        {
            (RunReport report, IReadOnlyList<Trend> trends) = await SoakRun.RunAsync(new RunOptions
            {
                Time = TimeSpan.FromMinutes(parsed.GetValue(minutes)),
                Seed = parsed.GetValue(seed),
                Rate = parsed.GetValue(rate),
                Faults = SoakRun.Faults,
                Progress = ReportTable.Progress,
            });
            ReportTable.Write(report);
            Console.WriteLine("                              early       late");
            foreach (Trend trend in trends)
            {
                Console.WriteLine(trend);
            }

            return report.Violations.Count == 0 && trends.All(trend => trend.IsFlat) ? 0 : 1;
        });
        return soak;
    }
}
