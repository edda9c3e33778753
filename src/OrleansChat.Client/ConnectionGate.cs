namespace OrleansChat.Client;

/// <summary>Where commands wait for a connection.</summary>
internal sealed class ConnectionGate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<NativeConnection> _current = NewWait();

    /// <summary>The connection, as soon as there is one; fails when there will be none.</summary>
    public Task<NativeConnection> Connection
    {
        get
        {
            lock (_lock)
            {
                return _current.Task;
            }
        }
    }

    public void Open(NativeConnection connection)
    {
        lock (_lock)
        {
            _current.TrySetResult(connection);
        }
    }

    public void Shut()
    {
        lock (_lock)
        {
            if (_current.Task.IsCompletedSuccessfully)
            {
                _current = NewWait();
            }
        }
    }

    public void End(Exception reason)
    {
        lock (_lock)
        {
            if (_current.Task.IsCompletedSuccessfully)
            {
                _current = NewWait();
            }

            _current.TrySetException(reason);
            _ = _current.Task.Exception;
        }
    }

    private static TaskCompletionSource<NativeConnection> NewWait() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
