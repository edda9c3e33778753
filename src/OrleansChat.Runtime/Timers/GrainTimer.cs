using Orleans.Runtime;
using OrleansChat.Runtime.Activations;
using OrleansChat.Runtime.Calls;

namespace OrleansChat.Runtime.Timers;

/// <summary>Sends its activation a tick when due. At most one tick is under way; the period counts from its end.</summary>
internal sealed class GrainTimer : IGrainTimer
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private readonly ITimer _timer;
    private TimeSpan _next;
    private bool _changed;
    private TimeSpan _period;
    private bool _ticking;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        Validate(options.DueTime, options.Period);
        _activation = activation;
        _callback = callback;
        _options = options;

        // The flow of the caller's context would keep whatever it holds for as long as the timer lives.
        using var _ = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        _timer = activation.Silo.Time.CreateTimer(static timer => ((GrainTimer)timer!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Validate(dueTime, period);
        lock (_lock)
        {
            _next = dueTime;
            _period = period;
            _changed = true;
            if (!_ticking && !_stopped.IsCancellationRequested)
            {
                _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose()
    {
        Stop();
        _activation.Forget(this);
    }

    public void Stop()
    {
        lock (_lock)
        {
            _timer.Dispose();
        }

        _activation.Cancel(_stopped);
    }

    private static void Validate(TimeSpan dueTime, TimeSpan period)
    {
        const double longest = uint.MaxValue - 1d;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dueTime.TotalMilliseconds, longest, nameof(dueTime));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(period.TotalMilliseconds, longest, nameof(period));
        if (dueTime < TimeSpan.Zero && dueTime != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(dueTime), dueTime, "A due time is not negative.");
        }

        if (period < TimeSpan.Zero && period != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(period), period, "A period is not negative.");
        }
    }

    private void OnDue()
    {
        lock (_lock)
        {
            if (_ticking || _stopped.IsCancellationRequested)
            {
                return;
            }

            _ticking = true;
            _changed = false;
        }

        _activation.Tick(new TickRequest(this));
    }

    private async Task TickAsync()
    {
        if (_stopped.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await _callback(_stopped.Token);
        }
        finally
        {
            lock (_lock)
            {
                _ticking = false;
                if (!_stopped.IsCancellationRequested)
                {
                    _timer.Change(_changed ? _next : _period, Timeout.InfiniteTimeSpan);
                }
            }
        }
    }

    private sealed class TickRequest(GrainTimer timer) : TaskRequest
    {
        public override CallMethod Method => timer._options.Interleave ? CallMethod.InterleavingTimerTick : CallMethod.TimerTick;

        public override bool KeepsAlive => timer._options.KeepAlive;

        public override Task Invoke(object target) => timer.TickAsync();
    }
}
