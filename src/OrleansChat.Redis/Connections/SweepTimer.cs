namespace OrleansChat.Redis.Connections;

/// <summary>A coarse timer that goes only while something is under way: while nothing is, nobody is woken.</summary>
internal sealed class SweepTimer : IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(50);

    private readonly Lock _turning = new();
    private readonly Func<bool> _sweep;
    private readonly ITimer _timer;
    private bool _goes;
    private bool _disposed;

    /// <param name="time">The clock.</param>
    /// <param name="sweep">Looks after what is under way, and says whether anything is.</param>
    public SweepTimer(TimeProvider time, Func<bool> sweep)
    {
        _sweep = sweep;
        _timer = time.CreateTimer(static state => ((SweepTimer)state!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Something is under way. Called after it can be seen by whoever sweeps.</summary>
    public void Begin()
    {
        if (!Volatile.Read(ref _goes))
        {
            Turn(on: true);
        }
    }

    public void Dispose()
    {
        End();
        _timer.Dispose();
    }

    /// <summary>Ends it; a sweep that is under way ends first.</summary>
    public ValueTask DisposeAsync()
    {
        End();
        return _timer.DisposeAsync();
    }

    private void End()
    {
        lock (_turning)
        {
            _disposed = true;
        }
    }

    private void Tick()
    {
        if (_sweep())
        {
            return;
        }

        Turn(on: false);
        Interlocked.MemoryBarrier();
        if (_sweep())
        {
            // It came meanwhile, and may have found the timer still going.
            Turn(on: true);
        }
    }

    private void Turn(bool on)
    {
        lock (_turning)
        {
            if (_goes != on && !_disposed)
            {
                Volatile.Write(ref _goes, on);
                TimeSpan every = on ? Every : Timeout.InfiniteTimeSpan;
                _timer.Change(every, every);
            }
        }
    }
}
