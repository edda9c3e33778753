using System.CommandLine;

namespace OrleansChat.Chaos.Overload;

/// <summary><c>overload</c> on the command line.</summary>
internal static class OverloadCommand
{
    public static Command Create()
    {
        Option<double> seconds = new("--seconds") { Description = "How long capacity is measured, and then three times as much is offered.", DefaultValueFactory = _ => 60 };
        Option<double> still = new("--still") { Description = "Seconds for which Redis stands still after that, while as much is offered; 0: none.", DefaultValueFactory = _ => 10 };
        Option<int> senders = new("--senders") { Description = "Members of the hot group, who all send.", DefaultValueFactory = _ => 50 };
        Option<int> storm = new("--storm") { Description = "How many connections come back at once after a node has died, and after one has been shut down; 0: none.", DefaultValueFactory = _ => 2000 };
        Command overload = new("overload", "Offers a node three times what it can do, lets Redis stand still meanwhile, then lets many come back at once. Exit code 1: a promise was broken.")
        {
            seconds, still, senders, storm,
        };
        overload.SetAction(async parsed =>
        {
            OverloadReport report = await OverloadRun.RunAsync(
                parsed.GetValue(senders), TimeSpan.FromSeconds(parsed.GetValue(seconds)), TimeSpan.FromSeconds(parsed.GetValue(still)));
            Write(report);
            List<string> broken = [.. report.Broken(), .. report.Slow()];
            foreach (bool killed in parsed.GetValue(storm) > 0 ? (bool[])[true, false] : [])
            {
                StormReport came = await StormRun.RunAsync(parsed.GetValue(storm), killed);
                Write(came, killed);
                broken.AddRange([.. came.Broken(), .. came.Slow()]);
            }

            foreach (string one in broken)
            {
                Console.WriteLine($"BROKEN: {one}");
            }

            Console.WriteLine(broken.Count == 0 ? "every promise was kept" : $"{broken.Count} promises were broken");
            return broken.Count == 0 ? 0 : 1;
        });
        return overload;
    }

    private static void Write(OverloadReport report)
    {
        Console.WriteLine(FormattableString.Invariant($"capacity {report.Capacity:0} acknowledged a second; offered {report.Offered:0} a second"));
        Console.WriteLine($"  hot group               {report.Flood}");
        Console.WriteLine($"  direct, at capacity     {report.QuietBefore}");
        Console.WriteLine($"  direct, in the flood    {report.QuietDuring}");
        Console.WriteLine(FormattableString.Invariant($"  memory of the node at most {report.MegaBytes:0} MB"));
        if (report.Standing.Total > 0)
        {
            Console.WriteLine($"  Redis stands still      {report.Standing}");
            Console.WriteLine(FormattableString.Invariant($"  memory of the node at most {report.StandingMegaBytes:0} MB"));
        }

        Console.WriteLine(FormattableString.Invariant($"  acknowledged again {report.Recovery.TotalMilliseconds:0} ms after the end; acknowledged and absent {report.False.Count}, twice {report.Doubled}"));
    }

    private static void Write(StormReport came, bool killed)
    {
        string what = killed ? "a node was killed" : "a node was shut down";
        Console.WriteLine(FormattableString.Invariant($"{what}: all {came.Clients} back after {came.Back.TotalSeconds:0.0} s, by {came.Attempts.Count} attempts, at most {came.Busiest} within 0.1 s"));
        Console.WriteLine($"  direct, beside          {came.Beside}");
    }
}
