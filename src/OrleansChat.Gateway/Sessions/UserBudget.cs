using OrleansChat.Users;

namespace OrleansChat.Gateway.Sessions;

/// <summary>What this node has taken of one user's budget. Sends that have to wait for more go on in the order in which they came.</summary>
internal sealed class UserBudget(string user, ISendBudget storage, TimeProvider time)
{
    /// <summary>How long a share may be used up. What is left then is lost: the bucket has long been full again for a user who sends so little.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource<bool>> _waiting = new();
    private int _tokens;
    private long _takenAt;
    private long _refusedAt;
    private TimeSpan _refusal;
    private bool _asking;

    /// <summary>Whether there is nothing to remember.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return !_asking && !HasToken && !IsRefused;
            }
        }
    }

    private bool HasToken => _tokens > 0 && time.GetElapsedTime(_takenAt) < Life;

    private bool IsRefused => _refusal > TimeSpan.Zero && time.GetElapsedTime(_refusedAt) < _refusal;

    /// <summary>Takes one token. False when there is none.</summary>
    /// <exception cref="StorageUnavailableException">Storage did not answer.</exception>
    public ValueTask<bool> TryTakeAsync()
    {
        Task<bool> answer;
        lock (_gate)
        {
            if (!_asking)
            {
                if (HasToken)
                {
                    _tokens--;
                    return new ValueTask<bool>(true);
                }

                if (IsRefused)
                {
                    return new ValueTask<bool>(false);
                }
            }

            // Continues where it is answered, so that one send is on its way before the next one goes on.
            var waiter = new TaskCompletionSource<bool>();
            _waiting.Enqueue(waiter);
            answer = waiter.Task;
            if (_asking)
            {
                return new ValueTask<bool>(answer);
            }

            _asking = true;
        }

        _ = AskAsync();
        return new ValueTask<bool>(answer);
    }

    private async Task AskAsync()
    {
        bool more = true;
        while (more)
        {
            int needed;
            lock (_gate)
            {
                needed = _waiting.Count;
            }

            try
            {
                more = Serve(await storage.TakeAsync(user, needed));
            }
#pragma warning disable CA1031 // Whatever went wrong, those who wait hear of it, and the next one asks again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                more = false;
                Fail(failure);
            }
        }
    }

    // True when more has to be asked for.
    private bool Serve(BudgetShare share)
    {
        lock (_gate)
        {
            _tokens = share.Tokens;
            _takenAt = _refusedAt = time.GetTimestamp();
            _refusal = share.Wait;
        }

        while (true)
        {
            TaskCompletionSource<bool>? waiter;
            bool granted;
            lock (_gate)
            {
                if (_waiting.Count == 0)
                {
                    _asking = false;
                    return false;
                }

                granted = _tokens > 0;
                if (!granted && share.Tokens > 0)
                {
                    return true;
                }

                waiter = _waiting.Dequeue();
                _tokens -= granted ? 1 : 0;
            }

            waiter.SetResult(granted);
        }
    }

    private void Fail(Exception failure)
    {
        while (true)
        {
            TaskCompletionSource<bool>? waiter;
            lock (_gate)
            {
                if (!_waiting.TryDequeue(out waiter))
                {
                    _asking = false;
                    return;
                }
            }

            waiter.SetException(failure);
        }
    }
}
