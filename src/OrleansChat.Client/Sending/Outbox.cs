namespace OrleansChat.Client;

/// <summary>
/// Sends until acknowledged. What has no answer when a connection ends, and what the server asks to try again, goes out
/// again under the same client id, each conversation in its first order.
/// </summary>
internal sealed class Outbox : IDisposable
{
    private const int MaxInternalFailures = 8;

    private readonly Lock _lock = new();
    private readonly ChatClientOptions _options;
    private readonly PositionBook _positions;
    private readonly Inbox _inbox;
    private readonly Backoff _backoff;
    private readonly Dictionary<string, SendLane> _lanes = [];
    private readonly Queue<SendLane> _ready = new();
    private readonly HashSet<PendingSend> _inFlight = [];
    private readonly ITimer _watch;
    private NativeConnection? _connection;
    private Exception? _ended;
    private long _lastOrder;
    private int _count;

    public Outbox(ChatClientOptions options, PositionBook positions, Inbox inbox)
    {
        _options = options;
        _positions = positions;
        _inbox = inbox;
        _backoff = new Backoff(options.FirstBackoff, options.MaxBackoff, options.Random);
        _watch = options.Time.CreateTimer(_ => AbortIfStuck(), null, options.CallTimeout, options.CallTimeout / 2);
    }

    public async Task<SendAck> SendAsync(string lane, OutgoingMessage message, CancellationToken cancel)
    {
        PendingSend send;
        lock (_lock)
        {
            if (_ended is not null)
            {
                throw _ended;
            }

            if (Volatile.Read(ref _count) >= _options.OutboxCapacity)
            {
                throw new OutboxFullException(_options.OutboxCapacity);
            }

            Interlocked.Increment(ref _count);
            send = new PendingSend(++_lastOrder, message);
            Queue(Lane(lane), send);
            Pump();
        }

        try
        {
            await using (cancel.UnsafeRegister(_ => send.Done.TrySetCanceled(cancel), null).ConfigureAwait(false))
            {
                return await send.Done.Task.ConfigureAwait(false);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Goes on over a new connection, which has been synced.</summary>
    public void Attach(NativeConnection connection)
    {
        lock (_lock)
        {
            _connection = connection;
            foreach (var lane in _lanes.Values)
            {
                Ready(lane);
            }

            Pump();
        }
    }

    public void Detach()
    {
        lock (_lock)
        {
            _connection = null;
        }
    }

    /// <summary>There will be no further connection.</summary>
    public void End(Exception reason)
    {
        lock (_lock)
        {
            _ended = reason;
            _connection = null;
            foreach (var lane in _lanes.Values)
            {
                lane.Release?.Dispose();
                foreach (var send in lane.TakeAll())
                {
                    send.Done.TrySetException(reason);
                }
            }

            foreach (var send in _inFlight)
            {
                send.Done.TrySetException(reason);
            }

            _lanes.Clear();
            _ready.Clear();
        }
    }

    public void Dispose() => _watch.Dispose();

    private void Pump()
    {
        while (_connection is { } connection && _inFlight.Count < _options.MaxInFlight && _ready.TryDequeue(out var lane))
        {
            lane.IsQueued = false;
            if (!lane.MaySend(_options.MaxInFlightPerConversation) || lane.Take() is not { } send)
            {
                Retire(lane);
                continue;
            }

            lane.InFlight++;
            _inFlight.Add(send);
            send.SentAt = _options.Time.GetTimestamp();
            var message = send.Next(_positions.LastSeen(lane.Conversation));
            connection.Post("send", writer => SendCommand.Write(writer, message), reply => Answered(connection, lane, send, reply));
            Ready(lane);
        }
    }

    private void Answered(NativeConnection connection, SendLane lane, PendingSend send, NativeReply reply)
    {
        lock (_lock)
        {
            if (!_inFlight.Remove(send) || _ended is not null)
            {
                return;
            }

            lane.InFlight--;
            if (reply.IsOk)
            {
                var ack = reply.Ok(ChatJson.Default.SendAck);
                _inbox.Learn(ack.Conversation, ack.Epoch, ack.Seq - 1);
                lane.Failures = 0;
                send.Done.TrySetResult(ack);
            }
            else if (reply.IsLost)
            {
                _connection = _connection == connection ? null : _connection;
                lane.Add(send);
            }
            else if (MayRetry(send, reply.Error!))
            {
                lane.Add(send);
                lane.Failures++;
                lane.IsHeld = true;
            }
            else
            {
                send.Done.TrySetException(reply.ToException());
            }

            HoldOrReady(lane);
            Pump();
        }
    }

    private static bool MayRetry(PendingSend send, ChatError error)
        => (error.Retry || error.Code is ChatError.Unavailable or ChatError.RateLimited or ChatError.Internal)
            && (++send.Failures < MaxInternalFailures || error.Code != ChatError.Internal);

    private void HoldOrReady(SendLane lane)
    {
        if (lane is { IsHeld: true, InFlight: 0, Release: null })
        {
            lane.Release = _options.Time.CreateTimer(_ => LetGo(lane), null, _backoff.Delay(lane.Failures), Timeout.InfiniteTimeSpan);
        }

        Ready(lane);
        Retire(lane);
    }

    private void LetGo(SendLane lane)
    {
        lock (_lock)
        {
            lane.Release?.Dispose();
            lane.Release = null;
            lane.IsHeld = false;
            Ready(lane);
            Pump();
            Retire(lane);
        }
    }

    private SendLane Lane(string conversation)
        => _lanes.TryGetValue(conversation, out var lane) ? lane : _lanes[conversation] = new SendLane(conversation);

    private void Queue(SendLane lane, PendingSend send)
    {
        lane.Add(send);
        Ready(lane);
    }

    private void Ready(SendLane lane)
    {
        if (!lane.IsQueued && lane.MaySend(_options.MaxInFlightPerConversation))
        {
            lane.IsQueued = true;
            _ready.Enqueue(lane);
        }
    }

    private void Retire(SendLane lane)
    {
        if (lane is { IsEmpty: true, IsQueued: false })
        {
            _lanes.Remove(lane.Conversation);
        }
    }

    /// <summary>A connection that stands but answers no sends is as good as lost.</summary>
    private void AbortIfStuck()
    {
        lock (_lock)
        {
            if (_inFlight.Any(send => _options.Time.GetElapsedTime(send.SentAt) > _options.CallTimeout))
            {
                _connection?.Abort();
            }
        }
    }
}
