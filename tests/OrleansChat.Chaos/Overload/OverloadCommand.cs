using System.CommandLine;

namespace OrleansChat.Chaos.Overload;

/// <summary><c>overload</c> on the command line.</summary>
internal static class OverloadCommand
{
    public static Command Create()
    {
        Option<double> seconds = new("--seconds") { Description = "How long capacity is measured, and then three times as much is offered.", DefaultValueFactory = _ => 60 };
        Option<int> senders = new("--senders") { Description = "Members of the hot group, who all send.", DefaultValueFactory = _ => 50 };
        Option<int> storm = new("--storm") { Description = "How many connections come back at once after a node has died; 0: none.", DefaultValueFactory = _ => 2000 };
        Command overload = new("overload", "Offers a node three times what it can do, then lets many come back at once. Exit code 1: something was acknowledged and is not there.")
        {
            seconds, senders, storm,
        };
        overload.SetAction(async parsed =>
        {
            OverloadReport report = await OverloadRun.RunAsync(parsed.GetValue(senders), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            Console.WriteLine(FormattableString.Invariant($"capacity {report.Capacity:0} acknowledged a second; offered {report.Offered:0} a second"));
            Console.WriteLine($"  hot group               {report.Flood}");
            Console.WriteLine($"  direct, at capacity     {report.QuietBefore}");
            Console.WriteLine($"  direct, in the flood    {report.QuietDuring}");
            Console.WriteLine(FormattableString.Invariant($"  memory of the node at most {report.MegaBytes:0} MB; acknowledged again {report.Recovery.TotalMilliseconds:0} ms after the end; acknowledged and absent {report.False.Count}"));
            if (parsed.GetValue(storm) is var clients and > 0)
            {
                StormReport came = await StormRun.RunAsync(clients);
                Console.WriteLine(FormattableString.Invariant($"storm: {came.Clients} back after {came.Back.TotalSeconds:0.0} s, {came.Refused} attempts refused"));
                Console.WriteLine($"  direct, beside          {came.Beside}");
            }

            return report.False.Count == 0 ? 0 : 1;
        });
        return overload;
    }
}
