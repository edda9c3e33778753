using System.Collections.Concurrent;
using StackExchange.Redis;

namespace OrleansChat.Redis.Connections;

/// <summary>A call to Redis that somebody waits for. Its waiters never run on the client library's reader thread.</summary>
internal sealed class PendingCall(long startedAt, long firstStartedAt)
    : TaskCompletionSource<RedisResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public long StartedAt { get; } = startedAt;

    /// <summary>When the first attempt began: repeated attempts share one budget.</summary>
    public long FirstStartedAt { get; } = firstStartedAt;

    public void Observe(Task<RedisResult> answer)
    {
        if (answer.IsCompletedSuccessfully)
        {
            TrySetResult(answer.Result);
            return;
        }

        answer.ContinueWith(
            static (task, state) =>
            {
                var call = (PendingCall)state!;
                if (task.IsCompletedSuccessfully)
                {
                    call.TrySetResult(task.Result);
                }
                else if (task.IsCanceled)
                {
                    call.TrySetCanceled();
                }
                else
                {
                    call.TrySetException(task.Exception!.InnerExceptions);
                }
            },
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}

/// <summary>
/// Gives every call the same deadline. Because it is the same, calls expire in the order in which they began:
/// a queue and one coarse timer serve all of them, with nothing to cancel when an answer comes in time. It goes only while calls are under way.
/// </summary>
internal sealed class PendingCalls : IDisposable
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<PendingCall> _calls = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _deadline;
    private readonly ITimer _timer;
    private readonly Lock _turning = new();
    private int _sweeping;
    private bool _sweeps;
    private volatile bool _disposed;

    public PendingCalls(TimeProvider time, TimeSpan deadline)
    {
        _time = time;
        _deadline = deadline;
        _timer = time.CreateTimer(static state => ((PendingCalls)state!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public PendingCall Begin(PendingCall? previous = null)
    {
        long now = _time.GetTimestamp();
        var call = new PendingCall(now, previous?.FirstStartedAt ?? now);
        _calls.Enqueue(call);
        if (!Volatile.Read(ref _sweeps))
        {
            Turn(on: true);
        }

        if (_disposed)
        {
            EndAll();
        }

        return call;
    }

    /// <summary>What is left for this call and its further attempts; never negative.</summary>
    public TimeSpan Remaining(PendingCall call)
    {
        TimeSpan left = _deadline - _time.GetElapsedTime(call.FirstStartedAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Ends every call: the client library forgets those that it had not sent, and nobody counts the time any more.</summary>
    public void Dispose()
    {
        _disposed = true;
        _timer.Dispose();
        EndAll();
    }

    private void EndAll()
    {
        while (_calls.TryDequeue(out PendingCall? call))
        {
            call.TrySetException(new StorageUnavailableException("The connection to Redis was closed."));
        }
    }

    private void Sweep()
    {
        if (Interlocked.Exchange(ref _sweeping, 1) == 1)
        {
            return;
        }

        try
        {
            while (_calls.TryPeek(out PendingCall? call) && (call.Task.IsCompleted || _time.GetElapsedTime(call.StartedAt) >= _deadline))
            {
                // Another call than the one looked at only while the connection is closed.
                if (_calls.TryDequeue(out PendingCall? ended))
                {
                    ended.TrySetException(new StorageUnavailableException("Redis did not answer in time."));
                }
            }
        }
        finally
        {
            Volatile.Write(ref _sweeping, 0);
        }

        if (_calls.IsEmpty)
        {
            Turn(on: false);
            if (!_calls.IsEmpty)
            {
                // It came meanwhile, and may have found the timer still going.
                Turn(on: true);
            }
        }
    }

    // While nothing is under way nobody is woken.
    private void Turn(bool on)
    {
        lock (_turning)
        {
            if (_sweeps != on && !_disposed)
            {
                Volatile.Write(ref _sweeps, on);
                _timer.Change(on ? SweepEvery : Timeout.InfiniteTimeSpan, on ? SweepEvery : Timeout.InfiniteTimeSpan);
            }
        }
    }
}
