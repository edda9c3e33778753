using System.Globalization;
using System.Net;

namespace OrleansChat.Load;

/// <summary>Finds the processes to account for, on Linux and on this machine; finds none elsewhere.</summary>
internal static class ProcessFinder
{
    /// <summary>Who listens on the ports of the local URLs.</summary>
    public static int[] Listening(IEnumerable<Uri> urls)
    {
        var ports = urls.Where(url => url.IsLoopback).Select(url => url.Port).ToHashSet();
        var sockets = new[] { "/proc/net/tcp", "/proc/net/tcp6" }.SelectMany(Lines).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 9 && fields[3] == "0A" && ports.Contains(Port(fields[1])))
            .Select(fields => $"socket:[{fields[9]}]")
            .ToHashSet();
        return sockets.Count == 0 ? [] : [.. Pids().Where(pid => Holds(pid, sockets))];
    }

    /// <summary>The Redis processes among the servers' children; else the only one there is.</summary>
    public static int[] Redis(int[] servers)
    {
        var all = Pids().Where(pid => Stat(pid) is { } stat && (stat.Name.StartsWith("redis-server", StringComparison.Ordinal) || stat.Name.StartsWith("valkey-server", StringComparison.Ordinal))).ToArray();
        var children = all.Where(pid => servers.Contains(Stat(pid)?.Parent ?? 0)).ToArray();
        return children.Length > 0 ? children : all.Length == 1 ? all : [];
    }

    private static int Port(string address) => int.Parse(address.Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static IEnumerable<int> Pids()
        => Directory.Exists("/proc")
            ? Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            : [];

    private static (string Name, int Parent)? Stat(int pid)
    {
        var stat = string.Concat(Lines($"/proc/{pid}/stat"));
        var (open, close) = (stat.IndexOf('('), stat.LastIndexOf(')'));
        return open < 0 || close < 0 ? null
            : (stat[(open + 1)..close], int.Parse(stat[(close + 2)..].Split(' ')[1], CultureInfo.InvariantCulture));
    }

    private static bool Holds(int pid, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{pid}/fd").Any(fd => File.ResolveLinkTarget(fd, false) is { } target && sockets.Contains(target.Name));
        }
        catch (Exception notOurs) when (notOurs is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
