namespace OrleansChat.Gateway.Sessions;

/// <summary>Ends sessions that gave no command for too long (<see cref="ChatLimits.IdleSeconds"/>). Those that never gave one only listen, and stay.</summary>
internal sealed class IdleSessions(SessionRegistry sessions, GatewayOptions options, TimeProvider time) : BackgroundService
{
    private const int LooksPerPatience = 4;

    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _patience = TimeSpan.FromSeconds(options.Limits.IdleSeconds);

    /// <summary>Looks at every session once.</summary>
    public void Look()
    {
        foreach (ChatSession session in sessions.All)
        {
            if (session.IsIdle(time, _patience))
            {
                session.Close(CloseReason.Idle);
            }
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_patience == TimeSpan.Zero)
        {
            return;
        }

        TimeSpan interval = _patience / LooksPerPatience;
        using var timer = new PeriodicTimer(interval > LeastInterval ? interval : LeastInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Look();
        }
    }
}
