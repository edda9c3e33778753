using Microsoft.Extensions.Logging;

namespace OrleansChat.Redis;

/// <summary>
/// The redis-server that a chat server keeps for itself when it was given none: started or adopted, watched, started again
/// when it dies, stopped at the end. One chat server at a time is in charge of a data directory.
/// </summary>
public sealed partial class PrivateRedis : IAsyncDisposable
{
    private static readonly TimeSpan AdoptDeadline = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LastBackoff = TimeSpan.FromSeconds(5);
    private readonly FileStream _lock;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly RedisServerProcess _server;
    private readonly Task _watching;

    private PrivateRedis(FileStream @lock, RedisServerProcess server, bool adopted, ILogger logger, TimeProvider time)
    {
        _lock = @lock;
        _server = server;
        _logger = logger;
        _time = time;
        Adopted = adopted;
        Record();
        _watching = WatchAsync(_stopping.Token);
    }

    /// <summary>Where it listens, with its password; stays the same when it is started again.</summary>
    public RedisAddress Address => _server.Address;

    /// <summary>Its process id at the moment.</summary>
    public int Pid => _server.Pid;

    /// <summary>Whether it was found running, left there by a chat server that crashed.</summary>
    public bool Adopted { get; }

    /// <summary>Starts or adopts the server of a data directory; its files are in <c>redis</c> below it.</summary>
    /// <exception cref="RedisUnusableException">One line that says what is wrong and what to do.</exception>
    public static async Task<PrivateRedis> StartAsync(string data, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        string directory = Path.Combine(Path.GetFullPath(data), "redis");
        FileStream @lock = PrivateRedisFiles.Open(directory, data);
        try
        {
            RedisServerOptions options = new() { Password = PrivateRedisFiles.Password(directory) };
            bool adopt = RedisLauncher.IsRunningOn(directory);
            RedisServerProcess server = adopt
                ? await AdoptAsync(directory, data, options, time, cancellationToken)
                : await StartNewAsync(directory, options, time, cancellationToken);
            PrivateRedis redis = new(@lock, server, adopt, logger, time);
            redis.LogInCharge(adopt ? "adopted" : "started", server.Pid, server.Address);
            return redis;
        }
        catch
        {
            await @lock.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to end and does not wait: for an exit that cannot.</summary>
    public void Abandon()
    {
        if (_server.IsRunning)
        {
            PosixSignals.Terminate(Pid);
        }
    }

    /// <summary>Stops it in order, kills it where that takes too long, and gives up the data directory.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
        await _server.DisposeAsync();
        PrivateRedisRecord.Delete(_server.Directory);
        LogStopped();
        await _lock.DisposeAsync();
        _stopping.Dispose();
    }

    private static async Task<RedisServerProcess> StartNewAsync(
        string directory, RedisServerOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            int port = RedisLauncher.FreePort();
            new PrivateRedisRecord(port, 0, "", Environment.ProcessId).Write(directory);
            try
            {
                return await RedisServerProcess.StartAsync(directory, options with { Port = port }, time, cancellationToken);
            }
            catch (RedisUnusableException refused) when (attempt < 3 && refused.Message.Contains("bind", StringComparison.OrdinalIgnoreCase))
            {
                // Another program took the port between our look and the bind.
            }
        }
    }

    /// <summary>
    /// A process holds the directory's lock. It is ours when it takes our password, works on this directory, and is the one recorded
    /// (a process id alone may belong to anybody by now). It may still be reading its file back, so it is asked until the deadline.
    /// </summary>
    private static async Task<RedisServerProcess> AdoptAsync(
        string directory, string data, RedisServerOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        PrivateRedisRecord record = PrivateRedisRecord.Read(directory)
            ?? throw new RedisUnusableException($"a redis-server that is not recorded runs on {directory}: stop it, or give another directory with --data");
        RedisAddress address = new("127.0.0.1", record.Port, options.Password);
        long started = time.GetTimestamp();
        RedisIdentity identity = await RedisIdentity.ProbeAsync(address, time, cancellationToken);
        using PeriodicTimer timer = new(FirstBackoff, time);
        while (!IsRecorded(identity, record))
        {
            if (time.GetElapsedTime(started) > AdoptDeadline)
            {
                throw new RedisUnusableException(
                    $"a redis-server (process {record.Pid}) left on the data directory {data} does not answer ({identity.Detail}): end it, or give another directory with --data");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
            if (!RedisLauncher.IsRunningOn(directory))
            {
                return await StartNewAsync(directory, options, time, cancellationToken);
            }

            identity = await RedisIdentity.ProbeAsync(address, time, cancellationToken);
        }

        return RedisServerProcess.Adopt(directory, identity, options with { Port = record.Port }, time);
    }

    private static bool IsRecorded(RedisIdentity identity, PrivateRedisRecord record) =>
        identity.State == RedisState.Ready
        && IsSameDirectory(identity.Directory, record)
        && (record.Pid == 0 || (identity.Pid == record.Pid && identity.RunId == record.RunId));

    // Redis tells the real path, ours may lead through a symbolic link: what tells is that the same record lies there.
    private static bool IsSameDirectory(string told, PrivateRedisRecord record) =>
        Path.IsPathRooted(told) && PrivateRedisRecord.Read(told) == record;

    private void Record() => new PrivateRedisRecord(_server.Port, _server.Pid, _server.RunId, Environment.ProcessId).Write(_server.Directory);

    // Should we crash while it starts, the next start must not look for the process that died.
    private void RecordStarting() => new PrivateRedisRecord(_server.Port, 0, "", Environment.ProcessId).Write(_server.Directory);

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await _server.WaitForExitAsync(cancellationToken);
                LogDied(_server.Pid);
                await RestartAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The chat server stops; whoever disposes this ends the process.
        }
    }

    private async Task RestartAsync(CancellationToken cancellationToken)
    {
        for (TimeSpan backoff = FirstBackoff; ; backoff = backoff * 2 < LastBackoff ? backoff * 2 : LastBackoff)
        {
            await Task.Delay(backoff, _time, cancellationToken);
            try
            {
                RecordStarting();
                await _server.RestartAsync(cancellationToken);
                Record();
                LogInCharge("started again", _server.Pid, _server.Address);
                return;
            }
            catch (RedisUnusableException exception)
            {
                LogRestartFailed(exception.Message, backoff);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Private redis-server {Action}: process {Pid} on {Address}")]
    private partial void LogInCharge(string action, int pid, RedisAddress address);

    [LoggerMessage(2, LogLevel.Error, "Private redis-server (process {Pid}) ended by itself; starting it again")]
    private partial void LogDied(int pid);

    [LoggerMessage(3, LogLevel.Error, "Private redis-server could not be started again ({Reason}); trying again after {Backoff}")]
    private partial void LogRestartFailed(string reason, TimeSpan backoff);

    [LoggerMessage(4, LogLevel.Information, "Private redis-server stopped")]
    private partial void LogStopped();
}
