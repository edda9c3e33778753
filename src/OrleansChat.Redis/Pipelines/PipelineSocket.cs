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
    private readonly Task _receiving;
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
        _receiving = ReceiveAsync();
    }

    /// <summary>Whether it has ended.</summary>
    public bool IsBroken => _broken;

    /// <summary>Whether nothing is under way.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count == 0;
            }
        }
    }

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
        PipelineCall[] late;
        bool silent;
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                return false;
            }

            late = [.. _waiting.Where(call => _time.GetElapsedTime(call.StartedAt) >= deadline && call.TrySettle(CallOutcome.Late))];
            silent = _time.GetElapsedTime(Math.Max(_waiting.Peek().StartedAt, _heardAt)) >= 2 * deadline;
        }

        Continue(late, late.Length);
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
        await _receiving.ConfigureAwait(false);
        await _control.DisposeAsync().ConfigureAwait(false);
    }

    private static void Continue(PipelineCall[] ended, int count)
    {
        if (count > 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(new EndedCalls(ended, count), preferLocal: true);
        }
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

    private async Task ReceiveAsync()
    {
        byte[] buffer = new byte[LongestReply];
        int length = 0;
        try
        {
            int received;
            while ((received = await _socket.ReceiveAsync(buffer.AsMemory(length), SocketFlags.None).ConfigureAwait(false)) > 0)
            {
                length += received;
                int used = Take(buffer.AsSpan(0, length));
                buffer.AsSpan(used, length - used).CopyTo(buffer);
                length -= used;
                if (length == buffer.Length)
                {
                    Array.Resize(ref buffer, length < _longestReply ? Math.Min(2 * length, _longestReply) : throw new RespException("A reply is too long."));
                }
                else if (length == 0 && buffer.Length > LongestReply)
                {
                    // What one long reply needed is not kept for ever.
                    buffer = new byte[LongestReply];
                }
            }
        }
#pragma warning disable CA1031 // Whatever it was: without this loop no call would ever be answered, so all of them end.
        catch (Exception)
#pragma warning restore CA1031
        {
            // Each call tells its waiter that the connection ended.
        }

        Break();
    }

    // Reads all replies that have arrived whole, and returns how many bytes they were.
    private int Take(ReadOnlySpan<byte> arrived)
    {
        Volatile.Write(ref _heardAt, _time.GetTimestamp());
        PipelineCall[] ended = [];
        int count = 0;
        int used = 0;
        bool whole = false;
        try
        {
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
                    if (count == ended.Length)
                    {
                        Array.Resize(ref ended, Math.Max(16, 2 * count));
                    }

                    ended[count++] = call;
                }
            }

            // A part of a reply does not count: what still gathers when the connection ends was surely not executed.
            if (whole)
            {
                WriteGathered();
            }
        }
        finally
        {
            // Also those before a reply that cannot be read.
            Continue(ended, count);
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
        PipelineCall[] ended;
        lock (_gate)
        {
            if (_broken)
            {
                return;
            }

            _broken = true;
            int sent = _waiting.Count - _unsent;
            ended = [.. _waiting.Where((call, index) => call.TrySettle(index < sent ? CallOutcome.Lost : CallOutcome.NotSent))];
            _waiting.Clear();
            _unsent = 0;
        }

        _socket.Dispose();
        Continue(ended, ended.Length);
    }
}
