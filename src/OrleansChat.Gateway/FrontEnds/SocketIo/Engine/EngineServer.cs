using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Security.Cryptography;
using OrleansChat.Protocols.EngineIo;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Engine;

/// <summary>
/// The Engine.IO v4 server of one path: opens sessions and brings every request to its session. What runs on a session comes from
/// <paramref name="handlers"/>, so that the engine knows nothing of what it carries.
/// </summary>
internal sealed partial class EngineServer(
    EngineOptions options, OriginCheck origins, TimeProvider time, Func<EngineSocket, IEngineHandler> handlers, ILogger<EngineServer> logger)
{
    private const string SidAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    private const int SidLength = 20;

    private readonly ConcurrentDictionary<string, EngineSocket> _sessions = new(StringComparer.Ordinal);
    private volatile bool _stopping;

    public EngineOptions Options { get; } = options;

    public TimeProvider Time { get; } = time;

    /// <summary>How many sessions there are.</summary>
    public int Count => _sessions.Count;

    /// <summary>Opens the path, with and without a slash at its end.</summary>
    public void Map(IEndpointRouteBuilder app, string path) => app.Map(path + "/", HandleAsync).ExcludeFromDescription();

    /// <summary>Takes no more sessions and ends those that there are: their clients come back, to any node.</summary>
    public void Stop()
    {
        _stopping = true;
        foreach (EngineSocket session in _sessions.Values)
        {
            session.Close(EngineCloseReason.ByServer);
        }
    }

    /// <summary>A session is over.</summary>
    public void Forget(EngineSocket session)
    {
        _sessions.TryRemove(session.Sid, out _);
        session.Counted.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (!origins.Permits(context.Request))
        {
            await context.RefuseAsync(EngineRefusal.Forbidden);
            return;
        }

        EngineCors.Write(context);
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var request = EngineRequest.Read(context);
        if (request.Refusal is { } refusal)
        {
            await context.RefuseAsync(refusal);
        }
        else if (request.Sid is null)
        {
            await OpenAsync(context, request);
        }
        else if (!_sessions.TryGetValue(request.Sid, out EngineSocket? session))
        {
            await context.RefuseAsync(EngineRefusal.UnknownSession);
        }
        else if (request.Transport == EngineTransport.WebSocket)
        {
            await UpgradeAsync(context, session);
        }
        else
        {
            await LongPolling.ServeAsync(context, session, Options.MaxPayload);
        }
    }

    private async Task OpenAsync(HttpContext context, EngineRequest request)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && request.Transport == EngineTransport.Polling)
        {
            await context.RefuseAsync(EngineRefusal.BadHandshakeMethod);
            return;
        }

        if (_stopping || _sessions.Count >= Options.MaxSessions)
        {
            await context.RefuseAsync(EngineRefusal.Full);
            return;
        }

        if (request.Transport == EngineTransport.Polling)
        {
            await LongPolling.ServeAsync(context, Begin(request.Transport, context.Connection.RemoteIpAddress), Options.MaxPayload);
            return;
        }

        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(Accepting);
        using var frames = new WebSocketFrames(socket, Options.MaxPayload);
        await Begin(request.Transport, context.Connection.RemoteIpAddress).RunAsync(frames);
    }

    private EngineSocket Begin(EngineTransport transport, System.Net.IPAddress? address)
    {
        var session = new EngineSocket(this, RandomNumberGenerator.GetString(SidAlphabet, SidLength), transport) { Address = address };
        _sessions[session.Sid] = session;
        session.Bind(handlers(session));
        bool upgrades = transport == EngineTransport.Polling;
        session.Send(new EngineHandshake(session.Sid, upgrades, Options.PingInterval, Options.PingTimeout, Options.MaxPayload).ToPacket());
        if (_stopping)
        {
            session.Close(EngineCloseReason.ByServer);
        }

        return session;
    }

    private async Task UpgradeAsync(HttpContext context, EngineSocket session)
    {
        if (!session.TryBeginUpgrade())
        {
            // Clients expect an open WebSocket that closes, not a refused one.
            using WebSocket refused = await context.WebSockets.AcceptWebSocketAsync(Accepting);
            await refused.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
            return;
        }

        bool upgraded = false;
        try
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(Accepting);
            using var frames = new WebSocketFrames(socket, Options.MaxPayload);
            upgraded = await ProbeAsync(session, frames) && session.TryUpgrade();
            if (upgraded)
            {
                await session.RunAsync(frames);
            }
            else
            {
                socket.Abort();
            }
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException)
        {
            LogUpgradeFailed(gone);
        }
        finally
        {
            if (!upgraded)
            {
                session.AbandonUpgrade();
            }
        }
    }

    /// <summary>The client's probe, our answer, and the client's last word: from then on the WebSocket carries the session.</summary>
    private async Task<bool> ProbeAsync(EngineSocket session, WebSocketFrames frames)
    {
        using var patience = new CancellationTokenSource(Options.UpgradeTimeout, Time);
        ReadFrame frame = await frames.ReadAsync(patience.Token);
        if (frame.Closed || !frame.Data.Span.SequenceEqual("2probe"u8))
        {
            return false;
        }

        await frames.Socket.SendAsync("3probe"u8.ToArray(), WebSocketMessageType.Text, true, patience.Token);
        session.Probed();
        frame = await frames.ReadAsync(patience.Token);
        return !frame.Closed && frame.Data.Span.SequenceEqual("5"u8);
    }

    // The heartbeat is the engine's own.
    private static WebSocketAcceptContext Accepting => new() { KeepAliveInterval = Timeout.InfiniteTimeSpan };

    [LoggerMessage(Level = LogLevel.Debug, Message = "An upgrade to WebSocket came to nothing")]
    private partial void LogUpgradeFailed(Exception failure);
}
