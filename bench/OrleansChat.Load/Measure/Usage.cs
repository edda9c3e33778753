using System.Diagnostics;

namespace OrleansChat.Load;

/// <summary>A reading of everything that runs: taken before and after, the difference is what the load cost.</summary>
internal sealed record Usage(long Time, double Server, double Redis, double Generator, long ServerRss, double? Allocated)
{
    public static async Task<Usage> ReadAsync(LoadOptions options, CancellationToken cancel)
    {
        var allocated = await Allocations.ReadAsync(options.Urls, cancel);
        return new Usage(
            Stopwatch.GetTimestamp(),
            ProcessUsage.CpuSeconds(options.ServerPids),
            ProcessUsage.CpuSeconds(options.RedisPids),
            Environment.CpuUsage.TotalTime.TotalSeconds,
            ProcessUsage.Rss(options.ServerPids),
            allocated);
    }

    public double Seconds(Usage end) => Stopwatch.GetElapsedTime(Time, end.Time).TotalSeconds;
}
