using System.Diagnostics;
using System.Text.Json;
using OrleansChat.Redis;

namespace OrleansChat.Testing;

/// <summary>
/// A temporary directory, deleted at the end also when the test process is killed. Where it was a server's data directory,
/// a private redis-server that a killed server left behind is ended first.
/// </summary>
public sealed class TestDirectory : IAsyncDisposable
{
    public TestDirectory()
    {
        Path = Directory.CreateTempSubdirectory("orleanschat-test-").FullName;
        Watchdog.Delete(Path);
    }

    public string Path { get; }

    /// <summary>The process id of the private redis-server that a server with this data directory recorded; null when none is.</summary>
    public int? PrivateRedisPid => RecordedPid(Path);

    public async ValueTask DisposeAsync()
    {
        await EndPrivateRedisAsync(Path);

        // A process that was just killed may still be writing a last file.
        await Eventually.TrueAsync(TryDelete);
    }

    internal static async Task EndPrivateRedisAsync(string data)
    {
        if (RecordedPid(data) is int pid && IsRunning(pid))
        {
            PosixSignals.Kill(pid);
            await Eventually.TrueAsync(() => !IsRunning(pid));
        }
    }

    // The id may have come round to a stranger.
    private static bool IsRunning(int pid)
    {
        try
        {
            using Process process = Process.GetProcessById(pid);
            return !process.HasExited && process.ProcessName.StartsWith("redis-server", StringComparison.Ordinal);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static int? RecordedPid(string data)
    {
        string record = System.IO.Path.Combine(data, "redis", "private-redis.json");
        if (!File.Exists(record))
        {
            return null;
        }

        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(record));
        return document.RootElement.GetProperty("Pid").GetInt32() is var pid and > 1 ? pid : null;
    }

    private bool TryDelete()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
