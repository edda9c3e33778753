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
        Command command = new("soak", "Mixed load with faults, and whether memory, handles, threads, keys and connections are flat at the end. Exit code 1: they are not, or something was found.")
        {
            minutes, seed, rate,
        };
        command.SetAction(async parsed =>
        {
            SoakReport soak = await SoakRun.RunAsync(new RunOptions
            {
                Time = TimeSpan.FromMinutes(parsed.GetValue(minutes)),
                Seed = parsed.GetValue(seed),
                Rate = parsed.GetValue(rate),
                Faults = SoakRun.Faults,
                Progress = ReportTable.Progress,
            });
            ReportTable.Write(soak.Run);
            Console.WriteLine("                                 early       late");
            foreach (Trend trend in soak.Trends)
            {
                Console.WriteLine(trend);
            }

            Console.WriteLine("  keys that stay + that expire                       first         last");
            foreach (string line in KeyCensus.Compare(soak.First, soak.Last))
            {
                Console.WriteLine(line);
            }

            return soak.Run.Violations.Count == 0 && soak.Trends.All(trend => trend.IsFlat) ? 0 : 1;
        });
        return command;
    }
}
