namespace OrleansChat.Client;

/// <summary>Who waits for which reply. Each waiter is called once: with the reply, or with the connection's end.</summary>
internal sealed class PendingReplies
{
    private readonly Lock _lock = new();
    private Dictionary<long, Action<NativeReply>> _waiting = [];
    private NativeClose? _closed;
    private long _lastId;

    public long NextId() => Interlocked.Increment(ref _lastId);

    public void Add(long id, Action<NativeReply> waiter)
    {
        NativeClose? closed;
        lock (_lock)
        {
            closed = _closed;
            if (closed is null)
            {
                _waiting.Add(id, waiter);
            }
        }

        if (closed is not null)
        {
            waiter(NativeReply.Lost(closed));
        }
    }

    public void Forget(long id)
    {
        lock (_lock)
        {
            _waiting.Remove(id);
        }
    }

    /// <summary>False where nobody waits for this id.</summary>
    public bool TryComplete(long id, NativeObject reply)
    {
        Action<NativeReply>? waiter;
        lock (_lock)
        {
            if (!_waiting.Remove(id, out waiter))
            {
                return false;
            }
        }

        waiter(NativeReply.From(reply));
        return true;
    }

    public void Close(NativeClose close)
    {
        Dictionary<long, Action<NativeReply>> lost;
        lock (_lock)
        {
            _closed ??= close;
            lost = _waiting;
            _waiting = [];
        }

        foreach (var (_, waiter) in lost.OrderBy(entry => entry.Key))
        {
            waiter(NativeReply.Lost(close));
        }
    }
}
