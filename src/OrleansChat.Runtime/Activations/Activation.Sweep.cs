using Orleans;
using Orleans.Runtime;
using OrleansChat.Runtime.Calls;
using OrleansChat.Runtime.Timers;

namespace OrleansChat.Runtime.Activations;

/// <summary>What happens because time passes. Times are the silo's coarse clock, in milliseconds.</summary>
internal sealed partial class Activation
{
    private long _lastUsed;
    private long _keepUntil;
    private HashSet<GrainTimer>? _timers;

    public void DelayDeactivation(TimeSpan span)
    {
        var delay = span == Timeout.InfiniteTimeSpan || span.TotalMilliseconds > int.MaxValue * 1000L ? long.MaxValue / 2 : (long)span.TotalMilliseconds;
        lock (_lock)
        {
            _keepUntil = delay < 0 ? 0 : Silo.Now + delay;
        }
    }

    public IGrainTimer RegisterTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        var timer = new GrainTimer(this, callback, options);
        lock (_lock)
        {
            if (_phase is Phase.Deactivating or Phase.Retired)
            {
                timer.Stop();
                return timer;
            }

            (_timers ??= []).Add(timer);
        }

        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    public void Forget(GrainTimer timer)
    {
        lock (_lock)
        {
            _timers?.Remove(timer);
        }
    }

    /// <summary>Sends a timer's tick, unless the activation has ended.</summary>
    public void Tick(Request tick) => TrySubmit(tick, Turn.OfThread);

    /// <summary>Answers those that wait too long, and ends hooks that take too long.</summary>
    public void Expire(long now)
    {
        if (_runningCount == 0 && _phaseLimit is null && _waiting.First is null && _waitingInterleaving.First is null)
        {
            return;
        }

        CancellationTokenSource? limit = null;
        List<Request>? expired = null;
        lock (_lock)
        {
            var allowed = _phase == Phase.Activating ? Silo.ActivationTimeout : Silo.DeactivationTimeout;
            if (_phaseLimit is not null && now - _phaseSince >= allowed)
            {
                limit = _phaseLimit;
                _phaseLimit = null;
            }

            Collect(_running.First, now, ref expired);
            Collect(_waiting.First, now, ref expired);
            Collect(_waitingInterleaving.First, now, ref expired);
        }

        foreach (var request in expired ?? [])
        {
            request.Fail(new TimeoutException(
                $"{request.Method.Name} on {GrainId} did not answer within {Silo.ResponseTimeout} ms. It may still run to its end."));
        }

        if (limit is not null)
        {
            Cancel(limit);
        }
    }

    /// <summary>Cancels; what the grain's code registered for that must not stop the one who does.</summary>
    public void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException exception)
        {
            Silo.Log.CancellationFailed(GrainId, exception);
        }
    }

    /// <summary>Ends the activation if nothing has used it for its class's age.</summary>
    public void CollectIfIdle(long now, long age)
    {
        if (_phase != Phase.Active || now - _lastUsed < age || now < _keepUntil)
        {
            return;
        }

        lock (_lock)
        {
            if (_phase != Phase.Active || _owned || _deactivation is not null || _runningCount > 0
                || _waiting.First is not null || now - _lastUsed < age || now < _keepUntil)
            {
                return;
            }

            _deactivation = new DeactivationReason(DeactivationReasonCode.ActivationIdle, "The activation was idle.");
            _owned = true;
        }

        Schedule();
    }

    private void Collect(Request? request, long now, ref List<Request>? expired)
    {
        while (request is not null)
        {
            var next = request.Next;

            // Nobody waits for a one-way call, so it stays. The clock may be one sweep behind.
            if (!request.Expired && !request.IsOneWay && now - request.Since >= Silo.ResponseTimeout + Silo.SweepPeriod)
            {
                request.Expired = true;
                (expired ??= []).Add(request);
                if (request.Place == RequestPlace.Waiting)
                {
                    StopWaiting(request);
                }
            }

            request = next;
        }
    }

    private void StopTimers()
    {
        HashSet<GrainTimer>? timers;
        lock (_lock)
        {
            timers = _timers;
            _timers = null;
        }

        foreach (var timer in timers ?? [])
        {
            timer.Stop();
        }
    }
}
