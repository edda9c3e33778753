using OrleansChat.Chaos.Running;

namespace OrleansChat.Chaos.Soak;

/// <summary>One number at two times, and how much more it may be the second time.</summary>
internal sealed record Trend(string Name, double Early, double Late, double Allowed)
{
    public bool IsFlat => Late <= Allowed;

    public override string ToString() => FormattableString.Invariant($"  {Name,-25} {Early,10:0} {Late,10:0} {(IsFlat ? "flat" : $"MORE THAN {Allowed:0}")}");
}

/// <summary>What a soak found, and the keys in Redis at its beginning and end.</summary>
internal sealed record SoakReport(RunReport Run, IReadOnlyList<Trend> Trends, KeyCensus First, KeyCensus Last);

/// <summary>Mixed load with faults for long, and then: is anything more than it was? Processes stay, so that what leaks is seen.</summary>
internal static class SoakRun
{
    private const int EverySeconds = 5;

    /// <summary>How long the id of a node that ended is remembered, at most: such keys are as many as nodes ended within that time.</summary>
    private const double IdRememberedSeconds = 3600;

    /// <summary>Those that leave the processes alive.</summary>
    public static IReadOnlyList<string> Faults { get; } = ["cut", "drop", "slow", "stall", "delay", "freeze", "redis-cut", "partition", "redis-stop", "redis-sleep"];

    /// <summary>Runs, and compares the second fifth of the time (everything is warm by then) with the last.</summary>
    public static async Task<SoakReport> RunAsync(RunOptions options)
    {
        List<ResourceSample> samples = [];
        long last = 0;
        RunReport report = await ChaosRun.RunAsync(options with
        {
            Watch = async cluster =>
            {
                if (TimeProvider.System.GetElapsedTime(last).TotalSeconds >= EverySeconds)
                {
                    last = TimeProvider.System.GetTimestamp();
                    if (await ResourceSample.TakeAsync(cluster) is { } sample)
                    {
                        samples.Add(sample);
                    }
                }
            },
        });
        return new SoakReport(report, Compare(samples), samples[0].Keys, samples[^1].Keys);
    }

    /// <summary>Compares two parts of the samples by their middles.</summary>
    internal static IReadOnlyList<Trend> Compare(IReadOnlyList<ResourceSample> samples)
    {
        int fifth = samples.Count / 5;
        if (fifth == 0)
        {
            throw new InvalidOperationException($"{samples.Count} samples are too few to say anything.");
        }

        Trend Of(string name, Func<ResourceSample, double> value, double factor, double more)
        {
            double early = Middle(samples.Skip(fifth).Take(fifth).Select(value));
            return new Trend(name, early, Middle(samples.TakeLast(fifth).Select(value)), (early * factor) + more);
        }

        return
        [
            Of("memory of a node, MB", one => one.MegaBytes, 1.2, 16),
            Of("handles of a node", one => one.Handles, 1, 32),
            Of("threads of a node", one => one.Threads, 1, 12),
            Of("keys that stay in Redis", one => one.Keys.Lasting, 1.05, 20),
            Of("keys that expire", one => one.Keys.Expiring, 1, 20),
            Of("ended nodes known for, s", one => one.Keys.EndedNodesSeconds, 0, IdRememberedSeconds),
            Of("connections to Redis", one => one.Clients, 1, 4),
            Of("channels", one => one.Channels, 1, 1),
        ];
    }

    private static double Middle(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
