using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.FrontEnds.SocketIo.Namespaces;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Protocols.EngineIo;
using OrleansChat.Protocols.SocketIo;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;

/// <summary>
/// One client of the chat. It hears through a session: first through one that belongs to nobody (<see cref="LobbyEar"/>), and once it has a name
/// through that of its user. This part writes what the session hears.
/// </summary>
internal sealed partial class LobbySocket : ISocketIoHandler, IDisposable
{
    private const int WriteBatch = 32 * 1024;

    /// <summary>Room for so many items is kept from one write to the next.</summary>
    private const int KeptItems = 16;

    private readonly LobbyServices _services;
    private readonly SocketIoSocket _socket;
    private readonly string _pid;
    private readonly SocketRecord _record;
    private volatile ChatSession _session;
    private volatile LobbyEar? _ear;
    private SocketPositions _positions;
    private Task<Successor?>? _next;

    private LobbySocket(
        LobbyServices services, SocketIoSocket socket, string pid, SocketRecord record, SocketPositions positions, ChatSession session, LobbyEar? ear)
    {
        _services = services;
        _socket = socket;
        _pid = pid;
        _record = record;
        _positions = positions;
        _session = session;
        _ear = ear;
    }

    private bool HasName => _ear is null;

    /// <summary>Puts an event into the queue that the client hears at the moment.</summary>
    public void Deliver(ChatEvent chatEvent) => _session.Deliver(chatEvent);

    /// <summary>The client has shown a sign of life.</summary>
    public void OnAlive()
    {
        _services.Recovery.Alive(_pid);
        if (_ear is { IsDeaf: true } && _session.Reason is null)
        {
            _session.Close(CloseReason.Stale);
        }
    }

    public void Dispose() => _running.Dispose();

    /// <summary>From now on the client is served: first it hears that it is in.</summary>
    private void Begin()
    {
        _services.Sockets[_pid] = this;
        _session.Queue.AddReply(SocketIoEncoder.Connected(_socket.Namespace, _socket.Id, _pid));
        _services.Online.Add(this);
        _ = WatchAsync(WriteAsync());
        if (_ear is { } ear)
        {
            _ = WatchAsync(ear.CatchUpAsync());
        }
        else
        {
            _session.Conversations.ReplySent();
        }
    }

    // Nobody waits for these tasks: a fault ends the connection, so that the client comes back and misses nothing.
    private async Task WatchAsync(Task task)
    {
        try
        {
            await task;
        }
#pragma warning disable CA1031 // See above; it is logged.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailed(_services.Logger, failure);
            _socket.Drop();
        }
    }

    /// <summary>Writes what the session hears until it is over, and then what its successor hears.</summary>
    private async Task WriteAsync()
    {
        ChatSession session = _session;
        var items = new List<OutboundItem>();
        var packets = new List<EnginePacket>();
        while (true)
        {
            while (await session.Queue.WaitAsync())
            {
                session.Queue.Take(items, WriteBatch);
                foreach (OutboundItem item in items)
                {
                    Add(item, session.User.Length > 0, packets);
                }

                _socket.Send(packets);
                Forget(items);
                Forget(packets);
                await _socket.DrainedAsync();
                if (_positions.IsLong)
                {
                    await _services.Recovery.RebaseAsync(_pid, _record, _positions);
                }
            }

            if (Volatile.Read(ref _next) is not { } next || await next is not { } successor || ReferenceEquals(successor.Session, session))
            {
                break;
            }

            (session, _positions) = (successor.Session, successor.Positions);
        }

        if (session.Reason is { } reason && reason != CloseReason.Gone)
        {
            if (reason.Reconnect)
            {
                _socket.Drop();
            }
            else
            {
                _socket.Disconnect();
            }
        }
    }

    // Who has nothing to write keeps nothing of what was written, nor room for much.
    private static void Forget<T>(List<T> written)
    {
        written.Clear();
        if (written.Capacity > KeptItems)
        {
            written.Capacity = KeptItems;
        }
    }

    private void Add(OutboundItem item, bool named, List<EnginePacket> packets)
    {
        if (item.Event is not { } chatEvent)
        {
            packets.Add(EnginePacket.Text(item.Bytes));
            return;
        }

        _positions.Note(chatEvent);
        byte[] open = named || LobbyEvents.IsPublic(chatEvent) ? LobbyEvents.Encode(chatEvent) : [];
        if (open.Length > 0)
        {
            packets.Add(EnginePacket.Text(_positions.Close(open)));
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A socket could not be served any longer")]
    private static partial void LogFailed(ILogger logger, Exception failure);

    /// <summary>The session of the user whom the socket has become, and where it begins.</summary>
    private sealed record Successor(ChatSession Session, SocketPositions Positions);
}
