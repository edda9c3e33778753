using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using OrleansChat.Protocols.WebSockets;

namespace OrleansChat.Gateway.FrontEnds.WebSockets;

/// <summary>
/// A WebSocket in the connection's own pipes. One loop reads, one writes; what the reader has to have answered (a ping) is given to the writer.
/// What goes out is the door's: see the classes derived from this.
/// </summary>
/// <param name="pipe">The connection.</param>
/// <param name="lines">Takes the messages out of what is received.</param>
/// <param name="cut">Cuts the connection; called at most once, and not after <see cref="Dispose"/>.</param>
internal abstract class FramedSocket(IDuplexPipe pipe, WebSocketLines lines, Action cut) : IDisposable
{
    private readonly Lock _gate = new();
    private byte[]? _pong;
    private bool _pingDue;
    private bool _closing;
    private bool _over;
    private volatile bool _heard;

    /// <summary>Whether a failure says that a connection broke.</summary>
    public static bool IsGone(Exception failure) => failure is IOException or OperationCanceledException;

    /// <summary>What the client did wrong.</summary>
    public WebSocketFault Fault => lines.Fault;

    /// <summary>The client has sent its close frame.</summary>
    public bool IsClosedByClient => lines.IsClosed;

    /// <summary>Called when the client wants to know whether anybody is there: the writer is to be woken.</summary>
    public Action? Asked { get; set; }

    /// <summary>The messages that were received, each with LF behind it. Valid until the next call of <see cref="ReceiveAsync"/>.</summary>
    protected ReadOnlyMemory<byte> Messages => lines.Messages;

    /// <summary>Where each of them ends, if the door wants to know.</summary>
    protected IReadOnlyList<WebSocketMessage> Ends => lines.Ends;

    /// <summary>Where what goes out is written, between calls that flush.</summary>
    protected PipeWriter Output => pipe.Output;

    /// <summary>
    /// Receives one message at least, and all further ones that are there. False when there will be none: the client closed, or did something
    /// wrong; messages before that are received first. Never cancelled: it ends with the close handshake, or when the connection is cut.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> ReceiveAsync()
    {
        // Nothing is kept while nothing comes: idle connections hold no buffer.
        lines.Clear();
        while (lines.Fault == WebSocketFault.None && !lines.IsClosed)
        {
            if (!pipe.Input.TryRead(out ReadResult read))
            {
                read = await pipe.Input.ReadAsync();
            }

            _heard = true;
            long taken = lines.Take(read.Buffer);
            SequencePosition to = read.Buffer.GetPosition(taken);
            bool ended = read.IsCompleted && taken == read.Buffer.Length;

            // Everything was looked at, unless a batch is full: then the rest is not to wait for more to come.
            pipe.Input.AdvanceTo(to, lines.Messages.IsEmpty ? read.Buffer.End : to);
            Remember(lines.TakePing());
            if (!lines.Messages.IsEmpty)
            {
                return true;
            }

            if (ended || read.IsCanceled)
            {
                throw new IOException("The connection ended without a close.");
            }
        }

        return false;
    }

    /// <summary>Sends the close frame, once. Nothing may be sent afterwards.</summary>
    /// <param name="code">Why.</param>
    /// <param name="reason">The same in words, ASCII.</param>
    public ValueTask<FlushResult> SendCloseAsync(int code, string reason)
    {
        if (_closing)
        {
            return default;
        }

        _closing = true;
        Span<byte> payload = stackalloc byte[WebSocketHeader.MaxControl];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        int length = 2 + Encoding.ASCII.GetBytes(reason, payload[2..]);
        WriteHeader(WebSocketHeader.Close, length);
        pipe.Output.Write(payload[..length]);
        return pipe.Output.FlushAsync();
    }

    /// <summary>Reads on until the client has answered the close frame, or is gone: who cuts a connection with something unread in it loses what was sent.</summary>
    public async Task UntilClosedAsync()
    {
        while (!lines.IsClosed)
        {
            ReadResult read = await pipe.Input.ReadAsync();
            SequencePosition to = lines.Fault == WebSocketFault.None ? read.Buffer.GetPosition(lines.Take(read.Buffer)) : read.Buffer.End;
            lines.Clear();
            pipe.Input.AdvanceTo(to);
            if (read.IsCompleted || read.IsCanceled)
            {
                return;
            }
        }
    }

    /// <summary>Whether anything came since this was last asked.</summary>
    public bool TakeHeard()
    {
        bool heard = _heard;
        _heard = false;
        return heard;
    }

    /// <summary>Asks the client whether it is there.</summary>
    public void AskForPong()
    {
        Volatile.Write(ref _pingDue, true);
        Asked?.Invoke();
    }

    /// <summary>Cuts the connection.</summary>
    public void Abort()
    {
        lock (_gate)
        {
            if (!_over)
            {
                _over = true;
                cut();
            }
        }
    }

    /// <summary>The connection is no longer this object's.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _over = true;
        }

        lines.Dispose();
    }

    /// <summary>Writes the answer to a ping, or a ping, if one is due.</summary>
    protected void WriteControl()
    {
        if (Interlocked.Exchange(ref _pong, null) is { } pong)
        {
            WriteHeader(WebSocketHeader.Pong, pong.Length);
            pipe.Output.Write(pong);
        }

        if (Volatile.Read(ref _pingDue))
        {
            Volatile.Write(ref _pingDue, false);
            WriteHeader(WebSocketHeader.Ping, 0);
        }
    }

    /// <summary>Writes the header of a message, whose bytes come next.</summary>
    protected void WriteHeader(int opcode, int length) =>
        pipe.Output.Advance(WebSocketHeader.Write(pipe.Output.GetSpan(WebSocketHeader.MaxServerLength), opcode, length));

    // One at a time, the last: a client that does not read makes nothing pile up.
    private void Remember(byte[]? ping)
    {
        if (ping is not null && Interlocked.Exchange(ref _pong, ping) is null)
        {
            Asked?.Invoke();
        }
    }
}
