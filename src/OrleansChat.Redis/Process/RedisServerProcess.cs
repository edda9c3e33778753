using System.Diagnostics;

namespace OrleansChat.Redis;

/// <summary>
/// One <c>redis-server</c> of our own on 127.0.0.1, with its files in one directory. It can be killed, paused and started again
/// on the same port and data, which is what tests of lost connections need. Not thread-safe.
/// </summary>
public sealed class RedisServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan LoadingDeadline = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(15);
    private readonly RedisServerOptions _options;
    private readonly TimeProvider _time;
    private Process _process;

    private RedisServerProcess(string directory, int port, RedisServerOptions options, TimeProvider time, Process process)
    {
        Directory = directory;
        Address = new RedisAddress("127.0.0.1", port, options.Password);
        _options = options;
        _time = time;
        _process = process;
        Pid = process.Id;
    }

    /// <summary>Where its files are.</summary>
    public string Directory { get; }

    /// <summary>Where it listens; stays the same over restarts.</summary>
    public RedisAddress Address { get; }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port => Address.Port;

    /// <summary>The process id of the last start.</summary>
    public int Pid { get; private set; }

    /// <summary>What <c>INFO</c> calls <c>run_id</c>: new at each start.</summary>
    public string RunId { get; private set; } = "";

    /// <summary>Whether the process exists (also while paused).</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <exception cref="RedisUnusableException">Not installed, or it ended at once; one line that says what to do.</exception>
    public static async Task<RedisServerProcess> StartAsync(
        string directory, RedisServerOptions? options = null, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        options ??= new RedisServerOptions();
        directory = Path.GetFullPath(directory);
        System.IO.Directory.CreateDirectory(directory);
        for (int attempt = 1; ; attempt++)
        {
            int port = options.Port != 0 ? options.Port : RedisLauncher.FreePort();
            Process process = await RedisLauncher.StartAsync(directory, port, options);
            RedisServerProcess server = new(directory, port, options, time ?? TimeProvider.System, process);
            try
            {
                await server.WaitUntilReadyAsync(cancellationToken);
                return server;
            }
            catch (RedisUnusableException) when (options.Port == 0 && attempt < 5 && !server.IsRunning)
            {
                // Somebody took the free port between our look and its bind.
                process.Dispose();
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Takes charge of a server that an earlier process of ours left running.</summary>
    /// <exception cref="ArgumentException">No such process exists.</exception>
    internal static RedisServerProcess Adopt(string directory, RedisIdentity identity, RedisServerOptions options, TimeProvider time) =>
        new(directory, options.Port, options, time, Process.GetProcessById(identity.Pid)) { RunId = identity.RunId };

    /// <summary>Kills it (<c>SIGKILL</c>) and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        if (IsRunning)
        {
            PosixSignals.Kill(Pid);
        }

        await _process.WaitForExitAsync();
    }

    /// <summary>Starts it again on the same port and data; stops it first where it still runs.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync();
        Process ended = _process;
        _process = await RedisLauncher.StartAsync(Directory, Port, _options);
        Pid = _process.Id;
        ended.Dispose();
        await WaitUntilReadyAsync(cancellationToken);
    }

    /// <summary>Freezes it: connections stay open and nothing is answered.</summary>
    public void Pause() => PosixSignals.Pause(Pid);

    /// <summary>Lets it go on after <see cref="Pause"/>.</summary>
    public void Resume() => PosixSignals.Resume(Pid);

    /// <summary>Ends when the process has.</summary>
    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Stops it in order (<c>SHUTDOWN</c>), and kills it when that takes longer than the stop deadline.</summary>
    public Task StopAsync() => RedisShutdown.RunAsync(_process, Address, _options.StopDeadline, _time);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        using PeriodicTimer timer = new(Step, _time);
        while (true)
        {
            RedisIdentity identity = await RedisIdentity.ProbeAsync(Address, _time, cancellationToken);
            if (_process.HasExited)
            {
                throw new RedisUnusableException($"redis-server ended at once: {await RedisLauncher.LastWordsAsync(_process, Directory)}");
            }

            if (identity.State == RedisState.Ready && identity.Pid == Pid)
            {
                RunId = identity.RunId;
                return;
            }

            if (_time.GetElapsedTime(started) > (identity.State == RedisState.Loading ? LoadingDeadline : _options.StartDeadline))
            {
                throw new RedisUnusableException($"redis-server started but does not answer on {Address}: {identity.Detail}; see {Path.Combine(Directory, RedisLauncher.LogFile)}");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
