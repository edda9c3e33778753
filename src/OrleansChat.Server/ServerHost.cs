using System.Globalization;
using OrleansChat.Gateway;
using OrleansChat.Presence;
using OrleansChat.Redis;
using OrleansChat.Server.Doors;
using OrleansChat.Server.Logging;
using OrleansChat.Server.Options;

namespace OrleansChat.Server;

/// <summary>The life of the process: Redis, then the doors, then the ready line, and all of it in reverse.</summary>
internal static partial class ServerHost
{
    private static readonly TimeSpan RedisDeadline = TimeSpan.FromSeconds(5);

    // A stop may take 10 s: this, then 2 s for the web server and 2 s for a private Redis.
    private static readonly TimeSpan DrainDeadline = TimeSpan.FromSeconds(5);

    /// <summary>Runs until asked to stop and returns the exit code.</summary>
    /// <param name="options">What the operator decided.</param>
    /// <param name="replace">What tests put in the place of parts of the node; the server itself gives none.</param>
    /// <exception cref="RedisUnusableException">One line for the operator.</exception>
    /// <exception cref="DoorException">One line for the operator.</exception>
    public static async Task<int> RunAsync(ServerOptions options, Action<IServiceCollection>? replace = null)
    {
        using StopSignals signals = new();
        using ILoggerFactory logging = LoggerFactory.Create(builder => builder.AddChatConsole(options));
        ILogger logger = logging.CreateLogger("OrleansChat.Server");
        using CancellationTokenRegistration asked = signals.Stopping.Register(() => LogStopping(logger));
        if (!options.Restored)
        {
            options = ShutBusyDefaults(options, logger);
            DoorAddresses.EnsureFree(options);
        }

        try
        {
            await using PrivateRedis? own = options.Redis is null
                ? await PrivateRedis.StartAsync(options.Data, logging.CreateLogger<PrivateRedis>(), TimeProvider.System, signals.Stopping)
                : null;
            signals.OnInsisting(() => own?.Abandon());
            RedisAddress redis = options.Redis ?? own!.Address;
            RedisCheckResult check = await RedisCheck.RunAsync(redis, RedisDeadline, TimeProvider.System, signals.Stopping, options.WaitReplicas);
            LogRedis(logger, check.Version, redis);
            foreach (string warning in check.Warnings)
            {
                LogWarning(logger, warning);
            }

            if (options.Restored)
            {
                await RenewAsync(redis, signals);
                return 0;
            }

            await ServeAsync(options, redis, signals, logger, replace);
        }
        catch (OperationCanceledException) when (signals.Stopping.IsCancellationRequested)
        {
            // Asked to stop before everything was up.
        }

        LogStopped(logger);
        return signals.Stopping.IsCancellationRequested ? 0 : 1;
    }

    private static async Task RenewAsync(RedisAddress redis, StopSignals signals)
    {
        try
        {
            RestoreReport report = await ChatRedis.RenewRestoredAsync(redis, TimeProvider.System, signals.Stopping);
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"restored: {report.Conversations} conversations have new epochs, {report.Sessions} sessions of before were closed; start the nodes"));
        }
        catch (StorageUnavailableException exception)
        {
            throw new RedisUnusableException($"Redis at {redis} stopped answering before everything was done: run this again", exception);
        }
    }

    private static ServerOptions ShutBusyDefaults(ServerOptions options, ILogger logger)
    {
        ServerOptions open = DoorAddresses.WithoutBusyDefaults(options);
        foreach ((Setting setting, ListenAddress address) in DoorAddresses.Wanted(options).Except(DoorAddresses.Wanted(open)))
        {
            LogDoorShut(logger, address, setting.Name);
        }

        return open;
    }

    private static async Task ServeAsync(
        ServerOptions options, RedisAddress redis, StopSignals signals, ILogger logger, Action<IServiceCollection>? replace)
    {
        // Another node may have taken the default address of a door since it was found free.
        while (await TryServeAsync(options, redis, signals, logger, replace) is { } refused)
        {
            ServerOptions fewer = ShutBusyDefaults(options, logger);
            options = fewer != options ? fewer : throw refused;
        }
    }

    /// <summary>Serves until asked to stop. The answer is null, or why a door could not open.</summary>
    private static async Task<DoorException?> TryServeAsync(
        ServerOptions options, RedisAddress redis, StopSignals signals, ILogger logger, Action<IServiceCollection>? replace)
    {
        await using HostEnding ending = new(ServerApplication.Build(options, redis, replace), logger);
        WebApplication app = ending.App;
        try
        {
            await app.StartAsync(signals.Stopping);
        }
        catch (IOException exception) when (DoorException.Of(options, exception) is { } refused)
        {
            return refused;
        }

        // Null: a silo, which has no sessions and needs no lease; Orleans knows its members by itself.
        GatewayLife? life = app.Services.GetService<GatewayLife>();
        if (life is not null)
        {
            await AwaitLeaseAsync(life, redis, signals);
        }

        string node = app.Services.GetRequiredService<NodeIdentity>().Current;
        await ReadyLine.WriteAsync(Console.Out, Terminal.IsWatched, DoorAddresses.Of(app, options), redis, node, options);
        await AwaitEndAsync(app, signals);
        if (life is not null)
        {
            await DrainAsync(life, logger);
        }

        await ending.StopAsync();
        return null;
    }

    private static async Task AwaitLeaseAsync(GatewayLife life, RedisAddress redis, StopSignals signals)
    {
        try
        {
            await life.Started.WaitAsync(RedisDeadline, signals.Stopping);
        }
        catch (TimeoutException exception)
        {
            throw new RedisUnusableException($"Redis at {redis} did not give this node its lease within {RedisDeadline.TotalSeconds:0} s: see its log", exception);
        }
    }

    // A signal, or a part of the node that failed and took the host down.
    private static async Task AwaitEndAsync(WebApplication app, StopSignals signals)
    {
        TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration asked = signals.Stopping.Register(() => end.TrySetResult());
        await using CancellationTokenRegistration failed = app.Lifetime.ApplicationStopping.Register(() => end.TrySetResult());
        await end.Task;
    }

    private static async Task DrainAsync(GatewayLife life, ILogger logger)
    {
        using CancellationTokenSource deadline = new(DrainDeadline);
        try
        {
            await life.DrainAsync(deadline.Token);
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested)
        {
            LogNotDrained(logger, DrainDeadline, exception);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Redis {Version} at {Redis}")]
    private static partial void LogRedis(ILogger logger, string version, RedisAddress redis);

    [LoggerMessage(2, LogLevel.Warning, "{Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);

    [LoggerMessage(6, LogLevel.Warning, "Another program listens on {Address}: this door stays shut; give --{Option} an address of its own, or off")]
    private static partial void LogDoorShut(ILogger logger, ListenAddress address, string option);

    [LoggerMessage(4, LogLevel.Information, "Asked to stop; draining")]
    private static partial void LogStopping(ILogger logger);

    [LoggerMessage(5, LogLevel.Warning, "Not everything was drained within {Deadline}; stopping nevertheless")]
    private static partial void LogNotDrained(ILogger logger, TimeSpan deadline, Exception exception);

    [LoggerMessage(3, LogLevel.Information, "Stopped")]
    private static partial void LogStopped(ILogger logger);
}
