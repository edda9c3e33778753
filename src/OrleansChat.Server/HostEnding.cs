namespace OrleansChat.Server;

/// <summary>
/// The host and its end, which may not take for ever: a part that waits for a Redis that hangs is left behind with the process. What was
/// acknowledged is stored by then.
/// </summary>
internal sealed partial class HostEnding(WebApplication app, ILogger logger) : IAsyncDisposable
{
    // Parts are told after 2 s that they should give up (HostOptions.ShutdownTimeout).
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan DisposeDeadline = TimeSpan.FromSeconds(1);

    public WebApplication App { get; } = app;

    public Task StopAsync() => WithinAsync(App.StopAsync(CancellationToken.None), StopDeadline);

    public async ValueTask DisposeAsync() => await WithinAsync(App.DisposeAsync().AsTask(), DisposeDeadline);

    private async Task WithinAsync(Task end, TimeSpan deadline)
    {
        try
        {
            await end.WaitAsync(deadline);
        }
        catch (TimeoutException late) when (!end.IsCompleted)
        {
            LogLeftBehind(deadline, late);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Not every part stopped within {Deadline}; it ends with the process")]
    private partial void LogLeftBehind(TimeSpan deadline, Exception late);
}
