using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography;
using OrleansChat.Gateway.FrontEnds.WebSockets;
using OrleansChat.Protocols.EngineIo;
using OrleansChat.Protocols.WebSockets;

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

        IPAddress? address = context.Connection.RemoteIpAddress;
        await AcceptAsync(context, frames => Begin(EngineTransport.WebSocket, address).RunAsync(frames));
    }

    // What runs does so when the request is over, and must not hold it.
    private Task AcceptAsync(HttpContext context, Func<EngineFrames, Task> run) =>
        WebSocketUpgrade.AcceptAsync(context, null, Options.LogScopes, (pipe, cut) => RunAsync(pipe, cut, run));

    private async Task RunAsync(IDuplexPipe pipe, Action cut, Func<EngineFrames, Task> run)
    {
        using var frames = new EngineFrames(pipe, Options.MaxPayload, cut);
        await run(frames);
    }

    private EngineSocket Begin(EngineTransport transport, IPAddress? address)
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
            await AcceptAsync(context, TurnAwayAsync);
            return;
        }

        try
        {
            await AcceptAsync(context, frames => UpgradeAsync(frames, session));
        }
        catch (Exception gone) when (FramedSocket.IsGone(gone))
        {
            session.AbandonUpgrade();
            LogUpgradeFailed(gone);
        }
    }

    private async Task UpgradeAsync(EngineFrames frames, EngineSocket session)
    {
        bool upgraded = false;
        try
        {
            upgraded = await ProbeAsync(session, frames) && session.TryUpgrade();
            if (upgraded)
            {
                await session.RunAsync(frames);
            }
            else
            {
                frames.Abort();
            }
        }
        catch (Exception gone) when (FramedSocket.IsGone(gone))
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
    private async Task<bool> ProbeAsync(EngineSocket session, EngineFrames frames)
    {
        using CancellationTokenSource patience = CutAfterPatience(frames);
        if (!await frames.NextAsync() || !frames.Data.Span.SequenceEqual("2probe"u8))
        {
            return false;
        }

        await frames.SendAsync([new EnginePacket(EnginePacketType.Pong, "probe"u8.ToArray())]);
        session.Probed();
        return await frames.NextAsync() && frames.Data.Span.SequenceEqual("5"u8);
    }

    // Clients expect an open WebSocket that closes, not a refused one.
    private async Task TurnAwayAsync(EngineFrames frames)
    {
        using CancellationTokenSource patience = CutAfterPatience(frames);
        try
        {
            await frames.SendCloseAsync(WebSocketCloseCode.Normal, string.Empty);
            await frames.UntilClosedAsync();
        }
        catch (Exception gone) when (FramedSocket.IsGone(gone))
        {
            LogUpgradeFailed(gone);
        }
    }

    private CancellationTokenSource CutAfterPatience(EngineFrames frames)
    {
        var patience = new CancellationTokenSource(Options.UpgradeTimeout, Time);
        patience.Token.UnsafeRegister(static state => ((EngineFrames)state!).Abort(), frames);
        return patience;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "An upgrade to WebSocket came to nothing")]
    private partial void LogUpgradeFailed(Exception failure);
}
