using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansChat.Load;

/// <summary>The result of a run. Times of a process are CPU seconds; costs are microseconds of CPU.</summary>
internal sealed record LoadReport
{
    public required string Load { get; init; }

    public required int Nodes { get; init; }

    /// <summary>From the start of the measurement to the last delivery.</summary>
    public required double Seconds { get; init; }

    public long Acked { get; init; }

    public double AckedPerSecond { get; init; }

    public long Delivered { get; init; }

    public double DeliveredPerSecond { get; init; }

    /// <summary>Milliseconds from sending, or from the scheduled time, to the acknowledgement.</summary>
    public Latency? Ack { get; init; }

    /// <summary>Milliseconds from sending, or from the scheduled time, to each delivery.</summary>
    public Latency? EndToEnd { get; init; }

    public Cost? Server { get; init; }

    public Cost? Redis { get; init; }

    public required Cost Generator { get; init; }

    public IdleResult? Idle { get; init; }

    public long ServerRssBytes { get; init; }

    public long ViolationCount { get; init; }

    public required IReadOnlyList<string> Violations { get; init; }

    public async Task WriteAsync(TextWriter output, FileInfo? json)
    {
        await output.WriteAsync(LoadReportText.Write(this));
        if (json is not null)
        {
            await File.WriteAllBytesAsync(json.FullName, JsonSerializer.SerializeToUtf8Bytes(this, LoadReportJson.Default.LoadReport));
        }
    }
}

/// <summary>What a process used.</summary>
/// <param name="CpuSeconds">CPU time.</param>
/// <param name="Cores">CPU time per second.</param>
/// <param name="PerAcked">Microseconds of CPU per message stored.</param>
/// <param name="PerDelivered">Microseconds of CPU per delivery.</param>
internal sealed record Cost(double CpuSeconds, double Cores, double PerAcked, double PerDelivered)
{
    public static Cost Of(double cpu, double seconds, long acked, long delivered) => new(
        Math.Round(cpu, 3), Math.Round(cpu / seconds, 3), Per(cpu, acked), Per(cpu, delivered));

    private static double Per(double cpu, long count) => count == 0 ? 0 : Math.Round(cpu * 1e6 / count, 2);
}

/// <summary>What idle connections cost.</summary>
/// <param name="Connections">How many there were.</param>
/// <param name="ConnectSeconds">How long it took to make the users and connect them.</param>
/// <param name="ConnectsPerSecond">The same as a rate.</param>
/// <param name="RssPerConnection">Growth of the servers' resident memory, in bytes per connection.</param>
internal sealed record IdleResult(int Connections, double ConnectSeconds, double ConnectsPerSecond, double RssPerConnection);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LoadReport))]
internal sealed partial class LoadReportJson : JsonSerializerContext;

/// <summary>The result for people.</summary>
internal static class LoadReportText
{
    public static string Write(LoadReport report)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        text.WriteLine($"{report.Load}, {report.Nodes} node{(report.Nodes == 1 ? "" : "s")}, {report.Seconds:F1} s");
        if (report.Ack is { } ack && report.EndToEnd is { } endToEnd)
        {
            text.WriteLine($"  acked       {report.AckedPerSecond,12:N0} /s {report.Acked,14:N0}");
            text.WriteLine($"  delivered   {report.DeliveredPerSecond,12:N0} /s {report.Delivered,14:N0}");
            Line(text, "ack", ack);
            Line(text, "end to end", endToEnd);
        }

        if (report.Idle is { } idle)
        {
            text.WriteLine($"  connected   {idle.Connections,12:N0}    in {idle.ConnectSeconds:F1} s, {idle.ConnectsPerSecond:N0} /s");
            text.WriteLine($"  server memory {idle.RssPerConnection / 1024,10:F1} KiB per connection");
        }

        Line(text, "server", report.Server);
        Line(text, "redis", report.Redis);
        Line(text, "generator", report.Generator);
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

    private static void Line(StringWriter text, string name, Cost? cost)
    {
        if (cost is null)
        {
            text.WriteLine($"  {name,-11} CPU unknown: no such process found here");
            return;
        }

        var per = cost.PerAcked > 0 ? $"  {cost.PerAcked,8:F1} us/message  {cost.PerDelivered,8:F2} us/delivery" : "";
        text.WriteLine($"  {name,-11} {cost.Cores,12:F2} cores{per}");
    }
}
