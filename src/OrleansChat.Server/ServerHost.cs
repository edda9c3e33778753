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

    /// <summary>Runs until asked to stop and returns the exit code.</summary>
    /// <exception cref="RedisUnusableException">One line for the operator.</exception>
    /// <exception cref="DoorException">One line for the operator.</exception>
    public static async Task<int> RunAsync(ServerOptions options)
    {
        using StopSignals signals = new();
        using ILoggerFactory logging = LoggerFactory.Create(builder => builder.AddChatConsole(options));
        ILogger logger = logging.CreateLogger("OrleansChat.Server");
        using CancellationTokenRegistration asked = signals.Stopping.Register(() => LogStopping(logger));
        DoorAddresses.EnsureFree(options);
        try
        {
            await using PrivateRedis? own = options.Redis is null
                ? await PrivateRedis.StartAsync(options.Data, logging.CreateLogger<PrivateRedis>(), TimeProvider.System, signals.Stopping)
                : null;
            signals.OnInsisting(() => own?.Abandon());
            RedisAddress redis = options.Redis ?? own!.Address;
            RedisCheckResult check = await RedisCheck.RunAsync(redis, RedisDeadline, TimeProvider.System, signals.Stopping);
            LogRedis(logger, check.Version, redis);
            foreach (string warning in check.Warnings)
            {
                LogWarning(logger, warning);
            }

            await ServeAsync(options, redis, signals, logger);
        }
        catch (OperationCanceledException) when (signals.Stopping.IsCancellationRequested)
        {
            // Asked to stop before everything was up.
        }

        LogStopped(logger);
        return 0;
    }

    private static async Task ServeAsync(ServerOptions options, RedisAddress redis, StopSignals signals, ILogger logger)
    {
        await using WebApplication app = ServerApplication.Build(options, redis);
        try
        {
            await app.StartAsync(signals.Stopping);
        }
        catch (IOException exception) when (DoorException.Of(options, exception) is { } refused)
        {
            throw refused;
        }

        string node = app.Services.GetRequiredService<NodeIdentity>().Current;
        await ReadyLine.WriteAsync(Console.Out, Terminal.IsWatched, DoorAddresses.Of(app, options), redis, node, options);
        await using CancellationTokenRegistration stop = signals.Stopping.Register(app.Lifetime.StopApplication);
        await app.WaitForShutdownAsync(CancellationToken.None);
    }

    [LoggerMessage(1, LogLevel.Information, "Redis {Version} at {Redis}")]
    private static partial void LogRedis(ILogger logger, string version, RedisAddress redis);

    [LoggerMessage(2, LogLevel.Warning, "{Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);

    [LoggerMessage(4, LogLevel.Information, "Asked to stop; draining")]
    private static partial void LogStopping(ILogger logger);

    [LoggerMessage(3, LogLevel.Information, "Stopped")]
    private static partial void LogStopped(ILogger logger);
}
