namespace OrleansChat.Server.Engine;

/// <summary>A gateway that starts before any silo waits for one; its doors stay shut meanwhile.</summary>
internal sealed partial class SiloWait(TimeProvider time, ILogger<SiloWait> logger) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan TryEvery = TimeSpan.FromSeconds(1);
    private bool _said;

    /// <inheritdoc />
    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (!_said)
        {
            _said = true;
            LogWaiting(exception);
        }

        await Task.Delay(TryEvery, time, cancellationToken);
        return true;
    }

    [LoggerMessage(1, LogLevel.Warning, "No silo can be reached; waiting for one")]
    private partial void LogWaiting(Exception failure);
}
