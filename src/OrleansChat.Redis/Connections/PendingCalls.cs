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
    private readonly ConcurrentQueue<PendingCall> _calls = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _deadline;
    private readonly SweepTimer _timer;
    private int _sweeping;
    private volatile bool _disposed;

    public PendingCalls(TimeProvider time, TimeSpan deadline)
    {
        _time = time;
        _deadline = deadline;
        _timer = new SweepTimer(time, Sweep);
    }

    public PendingCall Begin(PendingCall? previous = null)
    {
        long now = _time.GetTimestamp();
        var call = new PendingCall(now, previous?.FirstStartedAt ?? now);
        _calls.Enqueue(call);
        _timer.Begin();
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

    private bool Sweep()
    {
        if (Interlocked.Exchange(ref _sweeping, 1) == 1)
        {
            return true;
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

        return !_calls.IsEmpty;
    }
}
