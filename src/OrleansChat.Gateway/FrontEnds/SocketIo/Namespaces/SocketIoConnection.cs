using System.Text.Json;
using OrleansChat.Gateway.FrontEnds.SocketIo.Engine;
using OrleansChat.Protocols.EngineIo;
using OrleansChat.Protocols.SocketIo;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Namespaces;

/// <summary>The Socket.IO layer of one engine session: puts packets together and brings them to the namespaces that the client is in.</summary>
internal sealed partial class SocketIoConnection : IEngineHandler
{
    private static readonly JsonElement NoAuth = JsonElement.Parse("{}"u8);

    private readonly EngineSocket _engine;
    private readonly IReadOnlyDictionary<string, ISocketIoNamespace> _namespaces;
    private readonly SocketIoDecoder _decoder;
    private readonly ILogger _logger;
    private readonly ITimer _patience;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Place> _places = new(1, StringComparer.Ordinal);

    // Who was given something of what came together; they hear of its end even if they have left meanwhile.
    private readonly List<ISocketIoHandler> _given = new(1);
    private string _lastName = string.Empty;
    private bool _closed;

    public SocketIoConnection(
        EngineSocket engine, IReadOnlyDictionary<string, ISocketIoNamespace> namespaces, EngineOptions options, TimeProvider time, ILogger logger)
    {
        _engine = engine;
        _namespaces = namespaces;
        _decoder = new SocketIoDecoder(options.Packets);
        _logger = logger;
        _patience = time.CreateTimer(
            static state => ((EngineSocket)state!).Close(EngineCloseReason.ProtocolError), engine, options.ConnectTimeout, Timeout.InfiniteTimeSpan);
    }

    public async ValueTask OnMessageAsync(EnginePacket message)
    {
        SocketIoStatus status = message.IsBinary
            ? _decoder.AddBinary(message.Data, out SocketIoPacket? packet)
            : _decoder.Add(message.Data, out packet);
        if (status == SocketIoStatus.NeedsMore)
        {
            return;
        }

        try
        {
            if (packet is null || !await TakeAsync(packet))
            {
                _engine.Close(EngineCloseReason.ProtocolError);
            }
        }
#pragma warning disable CA1031 // A fault of one client's handler must not reach the transport, which others may share; it is logged.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailed(failure);
            _engine.Close(EngineCloseReason.ByServer);
        }
    }

    public void OnTogether()
    {
        foreach (ISocketIoHandler handler in _given)
        {
            handler.OnTogether();
        }

        _given.Clear();
    }

    public void OnAlive()
    {
        foreach (Place place in Places())
        {
            place.Handler.OnAlive();
        }
    }

    public void OnClosed(EngineCloseReason reason)
    {
        _patience.Dispose();
        Place[] places;
        lock (_gate)
        {
            _closed = true;
            places = [.. _places.Values];
            _places.Clear();
        }

        foreach (Place place in places)
        {
            place.Handler.OnLeft(clean: false);
        }
    }

    private async ValueTask<bool> TakeAsync(SocketIoPacket packet)
    {
        if (packet.Type == SocketIoPacketType.Connect)
        {
            return await ConnectAsync(packet);
        }

        if (Find(packet.Namespace) is not { } place)
        {
            return false;
        }

        switch (packet.Type)
        {
            case SocketIoPacketType.Event or SocketIoPacketType.BinaryEvent:
                await TakeEventAsync(place.Handler, packet);
                return true;
            case SocketIoPacketType.Ack or SocketIoPacketType.BinaryAck:
                place.Socket.Answered(packet.Id ?? -1, packet.Data.Span);
                return true;
            case SocketIoPacketType.Disconnect:
                Remove(packet.Namespace);
                place.Handler.OnTogether();
                place.Handler.OnLeft(clean: true);
                return true;
            default:
                return false;
        }
    }

    private async ValueTask<bool> ConnectAsync(SocketIoPacket packet)
    {
        if (Find(packet.Namespace) is not null)
        {
            return false;
        }

        var socket = new SocketIoSocket(_engine, packet.Namespace);
        if (!_namespaces.TryGetValue(packet.Namespace, out ISocketIoNamespace? known))
        {
            socket.Refuse("Invalid namespace");
            return true;
        }

        _patience.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        JsonElement auth = packet.Data.IsEmpty ? NoAuth : JsonElement.Parse(packet.Data.Span);
        if (await known.ConnectAsync(socket, auth) is not { } handler)
        {
            return true;
        }

        bool late;
        lock (_gate)
        {
            late = _closed;
            if (!late)
            {
                _places.Add(packet.Namespace, new Place(socket, handler));
            }
        }

        if (late)
        {
            handler.OnLeft(clean: false);
        }

        return true;
    }

    private async ValueTask TakeEventAsync(ISocketIoHandler handler, SocketIoPacket packet)
    {
        if (!_given.Contains(handler))
        {
            _given.Add(handler);
        }

        using var document = JsonDocument.Parse(packet.Data);
        JsonElement arguments = document.RootElement;
        if (arguments[0].ValueKind != JsonValueKind.String)
        {
            _lastName = string.Empty;
        }
        else if (!arguments[0].ValueEquals(_lastName))
        {
            // A client mostly sends the same event again.
            _lastName = arguments[0].GetString()!;
        }

        await handler.OnEventAsync(new SocketIoEvent(_lastName, arguments, packet.Id, packet.Attachments));
    }

    private Place? Find(string name)
    {
        lock (_gate)
        {
            return _places.GetValueOrDefault(name);
        }
    }

    private void Remove(string name)
    {
        lock (_gate)
        {
            _places.Remove(name);
        }
    }

    private Place[] Places()
    {
        lock (_gate)
        {
            return [.. _places.Values];
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A Socket.IO packet could not be handled")]
    private partial void LogFailed(Exception failure);

    private sealed record Place(SocketIoSocket Socket, ISocketIoHandler Handler);
}
