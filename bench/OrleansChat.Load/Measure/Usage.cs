using System.Diagnostics;

namespace OrleansChat.Load;

/// <summary>A reading of everything that runs: taken before and after, the difference is what the load cost.</summary>
internal sealed record Usage(long Time, double Server, double Redis, double Generator, long ServerRss)
{
    public static Usage Read(LoadOptions options) => new(
        Stopwatch.GetTimestamp(),
        ProcessUsage.CpuSeconds(options.ServerPids),
        ProcessUsage.CpuSeconds(options.RedisPids),
        Environment.CpuUsage.TotalTime.TotalSeconds,
        ProcessUsage.Rss(options.ServerPids));

    public double Seconds(Usage end) => Stopwatch.GetElapsedTime(Time, end.Time).TotalSeconds;
}
