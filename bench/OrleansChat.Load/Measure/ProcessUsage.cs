using System.Globalization;

namespace OrleansChat.Load;

/// <summary>CPU time and memory of other processes, from /proc; 0 for those that are not there.</summary>
internal static class ProcessUsage
{
    private const double TicksPerSecond = 100;

    /// <summary>User and system time of all the processes, in seconds.</summary>
    public static double CpuSeconds(IEnumerable<int> pids) => pids.Sum(CpuSeconds);

    /// <summary>Resident memory of all the processes, in bytes.</summary>
    public static long Rss(IEnumerable<int> pids) => pids.Sum(Rss);

    private static double CpuSeconds(int pid)
    {
        var stat = Read($"/proc/{pid}/stat");

        // The name, in parentheses, may hold spaces; utime and stime are the 12th and 13th fields behind it.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length < 13 ? 0 : (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    private static long Rss(int pid)
        => Read($"/proc/{pid}/status").Split('\n').FirstOrDefault(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)) is { } line
            ? Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024
            : 0;

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
