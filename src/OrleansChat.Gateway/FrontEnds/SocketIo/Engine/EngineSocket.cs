using System.Runtime.InteropServices;
using OrleansChat.Protocols.EngineIo;
using OrleansChat.Telemetry;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Engine;

/// <summary>
/// One Engine.IO session, whichever transport carries it at the moment. Packets wait here until a transport takes them; who puts them in
/// waits with <see cref="DrainedAsync"/> before going on. All state changes under one lock, and nothing waits under it.
/// </summary>
internal sealed partial class EngineSocket
{
    private readonly Lock _gate = new();
    private readonly EngineServer _server;
    private IEngineHandler? _handler;
    private List<EnginePacket>? _waiting;
    private TaskCompletionSource? _ready;
    private TaskCompletionSource? _drained;
    private int _waitingBytes;
    private bool _nudged;
    private EngineTransport _transport;
    private EngineCloseReason? _reason;

    public EngineSocket(EngineServer server, string sid, EngineTransport transport)
    {
        _server = server;
        Sid = sid;
        _transport = transport;
        _timer = server.Time.CreateTimer(static state => ((EngineSocket)state!).OnTimer(), this, server.Options.PingInterval, Timeout.InfiniteTimeSpan);
        _due = server.Time.GetTimestamp() + Ticks(server.Options.PingInterval);
    }

    public string Sid { get; }

    /// <summary>Where the session was opened from.</summary>
    public System.Net.IPAddress? Address { get; init; }

    /// <summary>Counts the session among the door's connections.</summary>
    public OpenConnection Counted { get; } = ChatMetrics.Connected("socket.io");

    public bool IsClosed => Reason is not null;

    /// <summary>Why the session is over; null while it is not.</summary>
    public EngineCloseReason? Reason
    {
        get
        {
            lock (_gate)
            {
                return _reason;
            }
        }
    }

    /// <summary>Binds what runs on the session. Called once, before any message can come.</summary>
    public void Bind(IEngineHandler handler) => _handler = handler;

    /// <summary>Puts a packet in. Ignored when the session is over; a client that takes nothing for too long loses the session.</summary>
    public void Send(EnginePacket packet) => Put([packet], here: false);

    /// <summary>
    /// Puts packets in that go out together. A WebSocket that waits for them writes them at once, on this thread: the caller holds no lock.
    /// </summary>
    public void Send(List<EnginePacket> packets) => Put(CollectionsMarshal.AsSpan(packets), here: true);

    private void Put(ReadOnlySpan<EnginePacket> packets, bool here)
    {
        int length = 0;
        foreach (EnginePacket packet in packets)
        {
            length += packet.FrameLength;
        }

        TaskCompletionSource? ready = null;
        bool full;
        lock (_gate)
        {
            if (_reason is not null || packets.IsEmpty)
            {
                return;
            }

            full = _waitingBytes > 0 && _waitingBytes + length > _server.Options.MaxWaiting;
            if (!full)
            {
                (_waiting ??= []).AddRange(packets);
                _waitingBytes += length;
                if (here && _transport == EngineTransport.WebSocket)
                {
                    (ready, _ready) = (_ready, null);
                }
                else
                {
                    Wake();
                }
            }
        }

        ready?.TrySetResult();
        if (full)
        {
            Close(EngineCloseReason.ByServer);
        }
    }

    /// <summary>Completes when a transport has taken everything that was put in, or the session is over.</summary>
    public Task DrainedAsync()
    {
        lock (_gate)
        {
            if (_reason is not null || _waiting is not { Count: > 0 })
            {
                return Task.CompletedTask;
            }

            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    /// <summary>Ends the session. The first reason counts. What no transport has taken is dropped.</summary>
    public void Close(EngineCloseReason reason)
    {
        TaskCompletionSource? drained;
        EngineFrames? frames;
        bool later;
        lock (_gate)
        {
            if (_reason is not null)
            {
                return;
            }

            _reason = reason;
            frames = _frames;
            _waiting = null;
            _waitingBytes = 0;
            (drained, _drained) = (_drained, null);
            _farewell = reason == EngineCloseReason.ByClient && _transport == EngineTransport.Polling && !_polling;
            later = _farewell;
            Wake();
        }

        _timer.Dispose();
        if (later)
        {
            _ = ForgetLaterAsync();
        }
        else
        {
            _server.Forget(this);
        }

        drained?.TrySetResult();
        if (frames is not null)
        {
            _ = CutLaterAsync(frames);
        }

        if (_handler is { } handler)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static state => state.handler.OnClosed(state.reason), (handler, reason), preferLocal: false);
        }
    }

    /// <summary>Takes a packet that a transport received. False when the client broke the protocol, which has ended the session.</summary>
    public async ValueTask<bool> ReceiveAsync(EnginePacket packet)
    {
        switch (packet.Type)
        {
            case EnginePacketType.Message:
                if (!IsClosed)
                {
                    await _handler!.OnMessageAsync(packet);
                }

                return true;
            case EnginePacketType.Pong:
                OnPong();
                return true;
            case EnginePacketType.Close:
                _handler!.OnTogether();
                Close(EngineCloseReason.ByClient);
                return true;
            default:
                Close(EngineCloseReason.ProtocolError);
                return false;
        }
    }

    /// <summary>
    /// Takes all that waits, once something does. False when this transport is to take no more: the session is over or goes on elsewhere.
    /// </summary>
    private async ValueTask<bool> TakeAsync(EngineTransport transport, List<EnginePacket> into)
    {
        while (true)
        {
            Task ready;
            lock (_gate)
            {
                if (_reason is not null || _transport != transport)
                {
                    return false;
                }

                if (TryTake(into))
                {
                    return true;
                }

                // Who completes it does so outside of the lock.
                _ready ??= new TaskCompletionSource();
                ready = _ready.Task;
            }

            await ready;
        }
    }

    // Called under the lock.
    private bool TryTake(List<EnginePacket> into)
    {
        if (_waiting is not { Count: > 0 } waiting)
        {
            bool nudged = _nudged && _transport == EngineTransport.WebSocket;
            _nudged = false;
            return nudged;
        }

        into.AddRange(waiting);
        waiting.Clear();
        if (waiting.Capacity > KeptPackets)
        {
            // An idle session keeps no room for much of what it once sent.
            _waiting = null;
        }

        _nudged = false;
        _waitingBytes = 0;
        _drained?.TrySetResult();
        _drained = null;
        return true;
    }

    // Called under the lock: what waits goes on elsewhere.
    private void Wake()
    {
        if (_ready is { } ready)
        {
            _ready = null;
            ThreadPool.UnsafeQueueUserWorkItem(static waiting => waiting.TrySetResult(), ready, preferLocal: false);
        }
    }
}

/// <summary>What carries a session.</summary>
internal enum EngineTransport
{
    Polling,
    WebSocket,
}
