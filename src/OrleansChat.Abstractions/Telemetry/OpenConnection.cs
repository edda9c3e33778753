namespace OrleansChat.Telemetry;

/// <summary>A connection that is counted until this is disposed of, once.</summary>
/// <param name="door">The door's name.</param>
public sealed class OpenConnection(string door) : IDisposable
{
    private int _ended;

    /// <inheritdoc />
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            ChatMetrics.Disconnected(door);
        }
    }
}
