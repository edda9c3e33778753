namespace OrleansChat.Load;

/// <summary>The report on connections that came and then did nothing.</summary>
internal static class IdleReport
{
    /// <param name="options">The run's options.</param>
    /// <param name="load">Its name.</param>
    /// <param name="connections">How many came.</param>
    /// <param name="connecting">Seconds that their coming took.</param>
    /// <param name="before">Before they came.</param>
    /// <param name="connected">When they had come.</param>
    /// <param name="begin">The beginning of the rest.</param>
    /// <param name="end">Its end.</param>
    /// <param name="measurement">What went wrong.</param>
    public static LoadReport Of(
        LoadOptions options, string load, int connections, double connecting, Usage before, Usage connected, Usage begin, Usage end, Measurement measurement)
        => LoadReport.Of(options, load, begin, end, 0, 0) with
        {
            Idle = new IdleResult(
                connections,
                Math.Round(connecting, 2),
                Math.Round(connections / connecting, 1),
                Math.Round((double)(end.ServerRss - before.ServerRss) / connections),
                Math.Round((connected.Server - before.Server + connected.Redis - before.Redis) * 1e6 / connections, 1),
                Math.Round((connected.Generator - before.Generator) * 1e6 / connections, 1)),
            ViolationCount = measurement.ViolationCount,
            Violations = measurement.Violations,
        };
}
