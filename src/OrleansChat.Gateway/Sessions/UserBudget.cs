using OrleansChat.Users;

namespace OrleansChat.Gateway.Sessions;

/// <summary>What this node has taken of one user's budget. Sends that have to wait for more go on in the order in which they came.</summary>
internal sealed class UserBudget(string user, ISendBudget storage, TimeProvider time)
{
    /// <summary>How long a share may be used up. What is left then is lost: the bucket has long been full again for a user who sends so little.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Queue<Waiter> _waiting = new();
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

    /// <summary>Takes tokens. Says how many there were, at most so many as asked for.</summary>
    /// <exception cref="StorageUnavailableException">Storage did not answer.</exception>
    public ValueTask<int> TakeAsync(int count)
    {
        Waiter waiter;
        lock (_gate)
        {
            int held = _asking ? 0 : TakeHeld(count);
            if (held == count || (!_asking && IsRefused))
            {
                return new ValueTask<int>(held);
            }

            waiter = new Waiter(count) { Granted = held };
            _waiting.Enqueue(waiter);
            if (_asking)
            {
                return new ValueTask<int>(waiter.Task);
            }

            _asking = true;
        }

        _ = AskAsync();
        return new ValueTask<int>(waiter.Task);
    }

    private int TakeHeld(int count)
    {
        int held = HasToken ? Math.Min(count, _tokens) : 0;
        _tokens -= held;
        return held;
    }

    private async Task AskAsync()
    {
        bool more = true;
        while (more)
        {
            int needed;
            lock (_gate)
            {
                needed = _waiting.Sum(static waiter => waiter.Missing);
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
            Waiter? waiter;
            lock (_gate)
            {
                if (!_waiting.TryPeek(out waiter))
                {
                    _asking = false;
                    return false;
                }

                int granted = Math.Min(_tokens, waiter.Missing);
                _tokens -= granted;
                waiter.Granted += granted;
                if (waiter.Missing > 0 && share.Tokens > 0)
                {
                    return true;
                }

                _waiting.Dequeue();
            }

            waiter.SetResult(waiter.Granted);
        }
    }

    private void Fail(Exception failure)
    {
        while (true)
        {
            Waiter? waiter;
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

    /// <summary>Who waits for tokens. Continues where it is answered, so that one send is on its way before the next one goes on.</summary>
    private sealed class Waiter(int count) : TaskCompletionSource<int>
    {
        public int Granted { get; set; }

        public int Missing => count - Granted;
    }
}
