using System.Diagnostics;
using OrleansChat.Redis;

namespace OrleansChat.Bench;

/// <summary>
/// A redis-server for a benchmark, in a temporary directory. Both go when the benchmark ends, however it ends: a shell in a session of its
/// own waits for the end of its standard input, which the kernel closes with this process.
/// </summary>
internal sealed class BenchRedis : IAsyncDisposable
{
    // What it says at an orderly end is "done"; then the process id may already be a stranger's.
    private const string Guard = """
        trap '' INT TERM HUP
        read -r said && [ "$said" = done ] && exit
        case $(cat "/proc/$1/comm" 2>/dev/null) in redis-server*) kill -9 "$1" ;; esac
        rm -rf "$2"
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("orleanschat-bench-").FullName;
    private RedisServerProcess? _redis;
    private Process? _guard;

    /// <summary>Where it listens.</summary>
    public RedisAddress Address => _redis?.Address ?? throw new InvalidOperationException("It was not started.");

    /// <summary>Starts it, append-only as in production.</summary>
    public static async Task<BenchRedis> StartAsync()
    {
        var redis = new BenchRedis();
        redis._redis = await RedisServerProcess.StartAsync(redis._directory, new RedisServerOptions { Started = redis.Watch });
        return redis;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _redis!.KillAsync();
        await _redis.DisposeAsync();
        await Dismiss();
        Directory.Delete(_directory, recursive: true);
    }

    private void Watch(int pid)
    {
        // Another try on another port: the first process has ended.
        Dismiss().GetAwaiter().GetResult();
        var start = new ProcessStartInfo("setsid", ["sh", "-c", Guard.ReplaceLineEndings("\n"), "guard", $"{pid}", _directory]) { RedirectStandardInput = true };
        _guard = Process.Start(start) ?? throw new InvalidOperationException("The shell that guards redis-server did not start.");
    }

    private async Task Dismiss()
    {
        if (_guard is { } guard)
        {
            await guard.StandardInput.WriteLineAsync("done");
            guard.StandardInput.Close();
            await guard.WaitForExitAsync();
            guard.Dispose();
        }
    }
}
