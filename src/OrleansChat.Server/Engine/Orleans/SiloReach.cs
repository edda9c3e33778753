namespace OrleansChat.Server.Engine;

/// <summary>
/// Whether this gateway is connected to any silo. Without one it serves what it delivers by itself and should get no new clients.
/// </summary>
internal sealed partial class SiloReach(IGrainFactory grains, ILogger<SiloReach> logger)
{
    private volatile int _connected;

    public void OnCountChanged(object? sender, GatewayCountChangedEventArgs change)
    {
        _connected = change.NumberOfConnectedGateways;
        if (change.NumberOfConnectedGateways == 0)
        {
            LogLost();
        }
        else if (change.ConnectionRecovered)
        {
            LogReached();
        }
    }

    /// <summary>Connects anew if need be: Orleans does so when there is something to send, and who is not ready is sent nothing.</summary>
    public async Task<bool> IsReachedAsync(CancellationToken cancellation)
    {
        if (_connected == 0)
        {
            await grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true).WaitAsync(cancellation);
        }

        return true;
    }

    [LoggerMessage(1, LogLevel.Warning, "No silo can be reached: commands are answered as unavailable until one is back")]
    private partial void LogLost();

    [LoggerMessage(2, LogLevel.Information, "Connected to the silos")]
    private partial void LogReached();
}
