namespace OrleansChat.Server.Health;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: it should get clients (200) or not (503, with the reasons).</summary>
internal static partial class HealthEndpoints
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Json(new { status = "live" })).ExcludeFromDescription();
        app.MapGet("/health/ready", ReadyAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> ReadyAsync(
        IEnumerable<ReadinessCheck> checks, IHostApplicationLifetime lifetime, TimeProvider time, ILoggerFactory logging, HttpContext http)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return Answer(["draining"]);
        }

        ILogger logger = logging.CreateLogger(typeof(HealthEndpoints));
        string?[] failed = await Task.WhenAll(checks.Select(check => FailureAsync(check, time, logger, http.RequestAborted)));
        return Answer([.. failed.OfType<string>()]);
    }

    private static IResult Answer(IReadOnlyList<string> failed) => failed.Count == 0
        ? Results.Json(new { status = "ready" })
        : Results.Json(new { status = "not ready", failed }, statusCode: StatusCodes.Status503ServiceUnavailable);

    private static async Task<string?> FailureAsync(ReadinessCheck check, TimeProvider time, ILogger logger, CancellationToken aborted)
    {
        using CancellationTokenSource deadline = new(Deadline, time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, aborted);
        try
        {
            return await check.IsReadyAsync(both.Token).WaitAsync(both.Token) ? null : check.Name;
        }
        catch (Exception exception) when (!aborted.IsCancellationRequested)
        {
            LogFailed(logger, check.Name, exception);
            return check.Name;
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Not ready: {Check} failed")]
    private static partial void LogFailed(ILogger logger, string check, Exception exception);
}
