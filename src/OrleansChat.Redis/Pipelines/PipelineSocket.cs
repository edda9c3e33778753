using System.Net.Sockets;

namespace OrleansChat.Redis.Pipelines;

/// <summary>
/// One connection to Redis on which many calls are under way at once. While a call is unanswered, further ones gather and go out
/// together when the next replies come in: the busier Redis is, the more commands share a write, and an idle connection writes at once.
/// Replies come in the order of the calls. It is used until it breaks and never mended.
/// </summary>
internal sealed class PipelineSocket : IAsyncDisposable
{
    /// <summary>The longest reply in bytes, where nothing else is said; one that is longer ends the connection.</summary>
    public const int LongestReply = 64 * 1024;

    /// <summary>How many bytes may wait to be sent before calls are refused.</summary>
    public const int MostUnsent = 32 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<PipelineCall> _waiting = new();
    private readonly RedisControl _control;
    private readonly Socket _socket;
    private readonly TimeProvider _time;
    private readonly int _longestReply;
    private readonly bool _atOnce;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SocketAsyncEventArgs _receiving = new(true);
    private byte[] _received = new byte[LongestReply];
    private int _length;
    private RespBuffer _gathering = new();
    private RespBuffer _spare = new();
    private int _unsent;
    private bool _writing;
    private bool _due;
    private volatile bool _broken;
    private long _heardAt;

    /// <summary>Takes over a connection that is signed in and has nothing under way.</summary>
    /// <param name="control">The connection.</param>
    /// <param name="time">The clock.</param>
    /// <param name="longestReply">The longest reply, or part of one that its call takes in parts, in bytes.</param>
    /// <param name="atOnce">Whether calls go out at once instead of gathering: for few and large ones, which Redis works on while replies are read.</param>
    public PipelineSocket(RedisControl control, TimeProvider time, int longestReply = LongestReply, bool atOnce = false)
    {
        _longestReply = longestReply;
        _atOnce = atOnce;
        _control = control;
        _socket = control.Socket;
        _time = time;
        _heardAt = time.GetTimestamp();
        _receiving.Completed += (_, _) => OnReceived();
        if (HasArrived())
        {
            ThreadPool.UnsafeQueueUserWorkItem(static socket => socket.OnReceived(), this, preferLocal: false);
        }
    }

    /// <summary>Whether it has ended.</summary>
    public bool IsBroken => _broken;

    /// <summary>Begins a call. False when the connection has ended or too much waits already: nothing was sent.</summary>
    public bool TryBegin(PipelineCall call)
    {
        lock (_gate)
        {
            if (_broken || _gathering.Length > MostUnsent)
            {
                return false;
            }

            int before = _gathering.Length;
            try
            {
                call.Write(_gathering);
            }
            catch
            {
                _gathering.TakeBack(before);
                throw;
            }

            _waiting.Enqueue(call);
            _unsent++;
            if (_writing || (_waiting.Count > _unsent && !_atOnce))
            {
                return true;
            }

            _writing = true;
        }

        _ = WriteAsync();
        return true;
    }

    /// <summary>
    /// Ends the calls that have waited for longer than the deadline. Their replies are still taken when they come. When nothing at all has
    /// come for twice as long the connection is given up. False when nothing waits.
    /// </summary>
    public bool Sweep(TimeSpan deadline)
    {
        EndedCalls late = default;
        bool silent;
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                return false;
            }

            foreach (PipelineCall call in _waiting)
            {
                if (_time.GetElapsedTime(call.StartedAt) >= deadline && call.TrySettle(CallOutcome.Late))
                {
                    late.Add(call);
                }
            }

            silent = _time.GetElapsedTime(Math.Max(_waiting.Peek().StartedAt, _heardAt)) >= 2 * deadline;
        }

        late.Start();
        if (silent)
        {
            Break();
        }

        return true;
    }

    /// <summary>Ends the connection and all calls.</summary>
    public async ValueTask DisposeAsync()
    {
        Break();
        await _over.Task.ConfigureAwait(false);
        _receiving.Dispose();
        await _control.DisposeAsync().ConfigureAwait(false);
    }

    // Only one at a time: whoever set _writing.
    private async Task WriteAsync()
    {
        try
        {
            while (TryTakeGathered(out RespBuffer? full))
            {
                ReadOnlyMemory<byte> rest = full.Written;
                while (rest.Length > 0)
                {
                    rest = rest[await _socket.SendAsync(rest, SocketFlags.None).ConfigureAwait(false)..];
                }

                if (!HasMoreAfter(full))
                {
                    return;
                }
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            Break();
        }
    }

    private bool TryTakeGathered([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RespBuffer? full)
    {
        lock (_gate)
        {
            full = _broken ? null : _gathering;
            if (full is null)
            {
                return false;
            }

            _gathering = _spare;
            _unsent = 0;
            _due = false;
            return true;
        }
    }

    private bool HasMoreAfter(RespBuffer sent)
    {
        lock (_gate)
        {
            sent.Clear();
            _spare = sent;
            _writing = _unsent > 0 && (_due || _atOnce || _waiting.Count == _unsent);
            return _writing;
        }
    }

    // Runs whenever something has arrived, on a thread of the pool. The next replies are asked for before the waiters of these go on: so they
    // may go on here, which saves waking another thread, and whatever they do, replies are read on another one meanwhile.
    private void OnReceived()
    {
        while (true)
        {
            EndedCalls ended = default;
            bool arrived;
            try
            {
                Take(ref ended);
                arrived = HasArrived();
            }
#pragma warning disable CA1031 // Whatever it was: no further call would ever be answered, so all of them end, each telling its waiter.
            catch (Exception)
#pragma warning restore CA1031
            {
                // Also those before a reply that cannot be read.
                ended.Start();
                Break();
                _over.TrySetResult();
                return;
            }

            if (!arrived)
            {
                ended.RunHere();
                return;
            }

            ended.Start();
        }
    }

    // Asks for more. True when there is some already; otherwise another thread may be reading it by the time this returns.
    private bool HasArrived()
    {
        _receiving.SetBuffer(_received, _length, _received.Length - _length);
        return !_socket.ReceiveAsync(_receiving);
    }

    // Reads all replies that have arrived whole, and keeps the rest.
    private void Take(ref EndedCalls ended)
    {
        if (_receiving.SocketError != SocketError.Success || _receiving.BytesTransferred == 0)
        {
            throw new SocketException((int)_receiving.SocketError);
        }

        Volatile.Write(ref _heardAt, _time.GetTimestamp());
        _length += _receiving.BytesTransferred;
        Span<byte> arrived = _received.AsSpan(0, _length);
        int used = Take(arrived, ref ended, out bool whole);
        arrived[used..].CopyTo(_received);
        _length -= used;
        if (_length == _received.Length)
        {
            Array.Resize(ref _received, _length < _longestReply ? Math.Min(2 * _length, _longestReply) : throw new RespException("A reply is too long."));
        }
        else if (_length == 0 && _received.Length > LongestReply)
        {
            // What one long reply needed is not kept for ever.
            _received = new byte[LongestReply];
        }

        // A part of a reply does not count: what still gathers when the connection ends was surely not executed.
        if (whole)
        {
            WriteGathered();
        }
    }

    private int Take(ReadOnlySpan<byte> arrived, ref EndedCalls ended, out bool whole)
    {
        whole = false;
        int used = 0;
        while (used < arrived.Length)
        {
            var reader = new RespReader(arrived[used..]);
            PipelineCall call = Oldest();
            if (!call.TryReadReply(ref reader, out string? error))
            {
                used += reader.Kept;
                break;
            }

            whole = true;
            used += reader.Consumed;
            lock (_gate)
            {
                _waiting.Dequeue();
            }

            if (call.TrySettle(error is null ? CallOutcome.Answered : CallOutcome.Error, error ?? string.Empty))
            {
                ended.Add(call);
            }
        }

        return used;
    }

    private PipelineCall Oldest()
    {
        lock (_gate)
        {
            return _waiting.Count > _unsent ? _waiting.Peek() : throw new RespException("A reply came that nothing was asked for.");
        }
    }

    private void WriteGathered()
    {
        lock (_gate)
        {
            if (_unsent == 0 || _broken)
            {
                return;
            }

            if (_writing)
            {
                _due = true;
                return;
            }

            _writing = true;
        }

        _ = WriteAsync();
    }

    private void Break()
    {
        EndedCalls ended = default;
        lock (_gate)
        {
            if (_broken)
            {
                return;
            }

            _broken = true;
            int sent = _waiting.Count - _unsent;
            foreach (PipelineCall call in _waiting)
            {
                if (call.TrySettle(sent-- > 0 ? CallOutcome.Lost : CallOutcome.NotSent))
                {
                    ended.Add(call);
                }
            }

            _waiting.Clear();
            _unsent = 0;
        }

        _socket.Dispose();
        ended.Start();
    }
}
