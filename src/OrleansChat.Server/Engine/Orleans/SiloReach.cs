using Orleans.Runtime;

namespace OrleansChat.Server.Engine;

/// <summary>Whether this gateway is connected to any silo. Without one it serves what it delivers by itself and should get no new clients.</summary>
internal sealed partial class SiloReach(ILogger<SiloReach> logger)
{
    private volatile int _connected;

    public bool IsReached => _connected > 0;

    public void OnCountChanged(object? sender, GatewayCountChangedEventArgs change)
    {
        _connected = change.NumberOfConnectedGateways;
        if (change.NumberOfConnectedGateways == 0)
        {
            LogLost();
        }
        else if (change.ConnectionRecovered)
        {
            LogReached(change.NumberOfConnectedGateways);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "No silo can be reached: commands are answered as unavailable until one is back")]
    private partial void LogLost();

    [LoggerMessage(2, LogLevel.Information, "Connected to {Count} silos")]
    private partial void LogReached(int count);
}
