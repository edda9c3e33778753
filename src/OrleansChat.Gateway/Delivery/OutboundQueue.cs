using System.Threading.Tasks.Sources;
using OrleansChat.Telemetry;

namespace OrleansChat.Gateway.Delivery;

/// <summary>What waits to be sent to one client: an event, or bytes that are ready (a reply).</summary>
/// <param name="Event">The event, if it is one.</param>
/// <param name="Bytes">The reply otherwise.</param>
internal readonly record struct OutboundItem(ChatEvent? Event, ReadOnlyMemory<byte> Bytes)
{
    public int Length => Event?.Json.Length ?? Bytes.Length;
}

/// <summary>
/// The bounded queue between fan-out and one socket (invariant I7). Putting an event in never waits: when the bound is reached, the answer
/// is false and the session is closed as slow. Replies are bounded by the commands that the session may have running.
/// One reader; it is woken once however many items wait, and never under somebody's lock: see <see cref="ReaderWakes"/>.
/// </summary>
internal sealed class OutboundQueue(int maxBytes, int maxEvents) : IValueTaskSource<bool>, IThreadPoolWorkItem
{
    private const int KeptItems = 64;

    private readonly Lock _gate = new();
    private Queue<OutboundItem> _items = new();
    private ManualResetValueTaskSourceCore<bool> _reader;
    private TaskCompletionSource? _room;
    private TracedWrites? _traced;
    private int _bytes;
    private int _events;
    private bool _readerWaits;
    private bool _readerIsElsewhere;
    private bool _completed;

    /// <summary>Bytes that wait.</summary>
    public int Bytes => Volatile.Read(ref _bytes);

    /// <summary>Whether the queue is at most half full; what <see cref="WaitForRoomAsync"/> waits for.</summary>
    public bool IsRoomy => Volatile.Read(ref _bytes) <= maxBytes / 2 && Volatile.Read(ref _events) <= maxEvents / 2;

    /// <summary>Adds an event. False when the bound is reached; an event larger than the bound still goes into an empty queue.</summary>
    public bool TryAdd(ChatEvent chatEvent)
    {
        lock (_gate)
        {
            if (_completed)
            {
                return true;
            }

            if (_items.Count > 0 && (_events >= maxEvents || _bytes + chatEvent.Json.Length > maxBytes))
            {
                return false;
            }

            if (chatEvent.Trace is not null)
            {
                _traced ??= new TracedWrites();
            }

            _events++;
            Enqueue(new OutboundItem(chatEvent, default));
        }

        return true;
    }

    /// <summary>Adds a reply.</summary>
    public void AddReply(ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            if (!_completed)
            {
                Enqueue(new OutboundItem(null, bytes));
            }
        }
    }

    /// <summary>Completes when the queue is at most half full, for what can wait: replays, and reading further commands.</summary>
    public Task WaitForRoomAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (IsRoomy || _completed)
            {
                return Task.CompletedTask;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>Waits until there is something to send. False when the queue is completed and empty.</summary>
    public ValueTask<bool> WaitAsync()
    {
        _traced?.Written();
        lock (_gate)
        {
            if (_items.Count > 0)
            {
                return new ValueTask<bool>(true);
            }

            if (_completed)
            {
                return new ValueTask<bool>(false);
            }

            _reader.Reset();
            _readerWaits = true;
            return new ValueTask<bool>(this, _reader.Version);
        }
    }

    /// <summary>Takes all that waits, up to a number of bytes (at least one item), in order.</summary>
    public void Take(List<OutboundItem> into, int bytes)
    {
        TaskCompletionSource? room = null;
        int before = into.Count;
        lock (_gate)
        {
            int taken = 0;
            while (_items.TryPeek(out OutboundItem item) && (taken == 0 || taken + item.Length <= bytes))
            {
                _items.Dequeue();
                taken += item.Length;
                _bytes -= item.Length;
                _events -= item.Event is null ? 0 : 1;
                into.Add(item);
            }

            if (IsRoomy)
            {
                (room, _room) = (_room, null);
            }

            if (_items.Count == 0 && _items.Capacity > KeptItems)
            {
                // After a replay, or a while of not reading, the room for it would stay with the connection.
                _items = new Queue<OutboundItem>();
            }
        }

        ChatMetrics.Taken(into.Count - before);
        _traced?.Taken(into, before);
        room?.TrySetResult();
    }

    /// <summary>Takes no more. What waits is still sent, unless it is dropped.</summary>
    public void Complete(bool drop)
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _completed = true;
            if (drop)
            {
                _items = new Queue<OutboundItem>();
                _bytes = _events = 0;
            }

            (room, _room) = (_room, null);
            Wake();
        }

        room?.TrySetResult();
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _reader.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _reader.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        // A reader with a scheduler of its own goes on there, whoever wakes it.
        Volatile.Write(ref _readerIsElsewhere, SynchronizationContext.Current is not null || TaskScheduler.Current != TaskScheduler.Default);
        _reader.OnCompleted(continuation, state, token, flags);
    }

    /// <summary>Lets the reader go on, on this thread.</summary>
    public void Execute()
    {
        bool any;
        lock (_gate)
        {
            any = _items.Count > 0;
        }

        _reader.SetResult(any);
    }

    private void Enqueue(OutboundItem item)
    {
        _items.Enqueue(item);
        _bytes += item.Length;
        Wake();
    }

    private void Wake()
    {
        if (_readerWaits)
        {
            _readerWaits = false;
            if (Volatile.Read(ref _readerIsElsewhere))
            {
                _reader.SetResult(_items.Count > 0);
            }
            else
            {
                ReaderWakes.Add(this);
            }
        }
    }
}
