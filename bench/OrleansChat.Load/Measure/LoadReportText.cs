using System.Globalization;

namespace OrleansChat.Load;

/// <summary>The result for people.</summary>
internal static class LoadReportText
{
    public static string Write(LoadReport report)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        text.WriteLine($"{report.Load}, {report.Nodes} node{(report.Nodes == 1 ? "" : "s")}, {report.Seconds:F1} s");
        if (report.Ack is { } ack)
        {
            text.WriteLine($"  {(report.Unit == "message" ? "acked" : report.Unit + "s"),-11} {report.AckedPerSecond,12:N0} /s {report.Acked,14:N0}");
            if (report.Delivered > 0)
            {
                text.WriteLine($"  delivered   {report.DeliveredPerSecond,12:N0} /s {report.Delivered,14:N0}");
            }

            Line(text, report.Unit == "message" ? "ack" : "answer", ack);
        }

        if (report.EndToEnd is { } endToEnd)
        {
            Line(text, "end to end", endToEnd);
        }

        foreach (var (name, other) in report.Others ?? new Dictionary<string, Latency>())
        {
            Line(text, name, other);
        }

        if (report.Idle is { } idle)
        {
            text.WriteLine($"  connected   {idle.Connections,12:N0}    in {idle.ConnectSeconds:F1} s, {idle.ConnectsPerSecond:N0} /s, {idle.CpuPerConnect:N0} us of server and Redis CPU each, {idle.GeneratorPerConnect:N0} of the generator");
            text.WriteLine($"  server memory {idle.RssPerConnection / 1024,10:F1} KiB per connection");
        }

        Line(text, "server", report.Server, report.Unit);
        Line(text, "redis", report.Redis, report.Unit);
        Line(text, "generator", report.Generator, report.Unit);
        if (report.AllocatedPerAcked is { } allocated)
        {
            text.WriteLine($"  allocated   {allocated,12:N0} bytes/{report.Unit} by the server");
        }

        if (report.ServerRssBytes > 0)
        {
            text.WriteLine($"  server RSS  {report.ServerRssBytes / 1048576.0,12:N0} MiB");
        }

        if (report.Generator.Cores > 0.9)
        {
            text.WriteLine("  note: the generator had no CPU to spare; the server may be able to do more");
        }

        text.WriteLine(report.ViolationCount == 0 ? "  nothing lost, doubled or reordered" : $"  {report.ViolationCount} VIOLATIONS, the first of them:");
        foreach (var violation in report.Violations)
        {
            text.WriteLine($"    {violation}");
        }

        return text.ToString();
    }

    private static void Line(StringWriter text, string name, Latency latency)
        => text.WriteLine($"  {name,-11} p50 {latency.P50,8:F2}  p99 {latency.P99,8:F2}  p99.9 {latency.P999,8:F2}  max {latency.Max,8:F2} ms");

    private static void Line(StringWriter text, string name, Cost? cost, string unit)
    {
        if (cost is null)
        {
            text.WriteLine($"  {name,-11} CPU unknown: no such process found here");
            return;
        }

        var per = cost.PerAcked > 0 ? $"  {cost.PerAcked,8:F1} us/{unit}  {cost.PerDelivered,8:F2} us/delivery" : "";
        text.WriteLine($"  {name,-11} {cost.Cores,12:F2} cores{per}");
    }
}
