using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansChat.Redis;

/// <summary>Turns options into a running <c>redis-server</c> process.</summary>
internal static class RedisLauncher
{
    /// <summary>Held by the redis-server process itself for as long as it lives, so the kernel says whether one runs on a directory.</summary>
    public const string LockFile = "redis.lock";

    public const string LogFile = "redis.log";

    /// <summary>Another redis-server, or a child of one that is about to end, still holds the directory.</summary>
    private const int LockedExitCode = 97;

    // Redis writes the file anew each time it has doubled, from this size on; with its default of 64 MB that is every few seconds under load, and
    // takes a core meanwhile. A start has more to read: a second or two at worst.
    private const string RewriteFrom = "256mb";

    private const string InstallHint =
        "install it (Debian, Ubuntu: sudo apt-get install redis-server; Fedora: sudo dnf install redis), or name a running one with --redis host:port";

    /// <summary>
    /// Starts <c>setsid flock LOCK redis-server -</c>. Both tools replace themselves with the next, so the process id is the server's.
    /// Its own session keeps a Ctrl-C in our terminal from ending Redis before the drain has;
    /// the configuration goes in through standard input, because arguments (the password) can be read by every user of the machine.
    /// </summary>
    public static async Task<Process> StartAsync(string directory, int port, RedisServerOptions options)
    {
        string server = Find("redis-server") ?? throw new RedisUnusableException($"redis-server was not found: {InstallHint}");
        string setsid = Find("setsid") ?? throw new RedisUnusableException("setsid was not found: install util-linux, or name a running Redis with --redis host:port");
        string flock = Find("flock") ?? throw new RedisUnusableException("flock was not found: install util-linux, or name a running Redis with --redis host:port");

        ProcessStartInfo start = new(setsid)
        {
            // Inherited streams would keep a pipe of ours open after a crash, for as long as Redis lives.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
        };

        string[] arguments = [flock, "--no-fork", "--timeout", "5", "--conflict-exit-code", $"{LockedExitCode}", Path.Combine(directory, LockFile), server, "-"];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start) ?? throw new RedisUnusableException($"redis-server could not be started: {InstallHint}");
        options.Started?.Invoke(process.Id);
        try
        {
            await process.StandardInput.WriteAsync(Configuration(directory, port, options).AsMemory());
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before reading; the caller sees the exit and reports its last words.
        }

        return process;
    }

    /// <summary>Whether a redis-server holds the lock of this directory.</summary>
    public static bool IsRunningOn(string directory)
    {
        try
        {
            using FileStream probe = new(Path.Combine(directory, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or FileNotFoundException))
        {
            return true;
        }
    }

    /// <summary>A free port below the range that the kernel gives to outgoing connections, so that it is still free after a crash.</summary>
    public static int FreePort()
    {
        for (int attempt = 0; attempt < 100; attempt++)
        {
            int port = Random.Shared.Next(20_000, 32_000);
            try
            {
                using TcpListener listener = new(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken; try another.
            }
        }

        throw new RedisUnusableException("No free port was found on 127.0.0.1 between 20000 and 32000 for the private redis-server");
    }

    /// <summary>Why a server ended, in its own words.</summary>
    public static async Task<string> LastWordsAsync(Process ended, string directory)
    {
        if (ended.ExitCode == LockedExitCode)
        {
            return $"another redis-server runs on {directory}";
        }

        // Before it has read where its log is, it complains on standard error, over several lines.
        string complaint = await ended.StandardError.ReadToEndAsync();
        if (!string.IsNullOrWhiteSpace(complaint))
        {
            return string.Join(' ', complaint.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        }

        string path = Path.Combine(directory, LogFile);
        string? line = File.Exists(path) ? File.ReadLines(path).LastOrDefault(line => line.Length > 0) : null;
        return line is null ? "it wrote no log" : line[(line.IndexOf(" # ", StringComparison.Ordinal) is var mark and >= 0 ? mark + 3 : 0)..];
    }

    private static string Configuration(string directory, int port, RedisServerOptions options)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"port {port}\n");
        text.Append("bind 127.0.0.1\nprotected-mode yes\ndaemonize no\nsupervised no\nsave \"\"\nmaxmemory-policy noeviction\n");
        text.Append(options.AppendOnly ? $"appendonly yes\nappendfsync everysec\nauto-aof-rewrite-min-size {RewriteFrom}\n" : "appendonly no\n");
        text.Append(CultureInfo.InvariantCulture, $"dir {Quote(directory)}\nlogfile {Quote(LogFile)}\n");
        if (options.Password is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"requirepass {Quote(options.Password)}\n");
        }

        foreach (string setting in options.Settings)
        {
            text.Append(setting).Append('\n');
        }

        return text.ToString();
    }

    private static string Quote(string value) =>
        '"' + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
