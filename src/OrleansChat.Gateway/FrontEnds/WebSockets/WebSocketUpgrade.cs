using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansChat.Gateway.FrontEnds.WebSockets;

/// <summary>
/// Turns a request for a WebSocket, which the middleware has found to be one, into a connection: over HTTP/1.1 into the transport's own
/// pipes, handed over by the HTTP server (<see cref="ConnectionHandover"/>), over HTTP/2 (RFC 8441) into the stream, within its request.
/// </summary>
internal static class WebSocketUpgrade
{
    private const string KeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static readonly StreamPipeReaderOptions Reading = new(useZeroByteReads: true);

    /// <summary>Accepts, and runs the connection: now, or when the request has ended.</summary>
    /// <param name="context">The request. What runs must not hold it.</param>
    /// <param name="protocol">The sub-protocol that is accepted, if any.</param>
    /// <param name="logScopes">Whether who reads the log follows a connection by the request that opened it.</param>
    /// <param name="run">Runs the connection, given its pipes and how to cut it.</param>
    public static async Task AcceptAsync(HttpContext context, string? protocol, bool logScopes, Func<IDuplexPipe, Action, Task> run)
    {
        ExecutionContext? flow = logScopes ? ExecutionContext.Capture() : null;
        if (protocol is not null)
        {
            context.Response.Headers.SecWebSocketProtocol = protocol;
        }

        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            await run(new StreamPipe(await connect.AcceptAsync()), context.Abort);
            return;
        }

        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.SecWebSocketAccept = Accept(context.Request.Headers.SecWebSocketKey.ToString());
        Stream upgraded = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        if (context.Features.Get<ConnectionHandover>() is { } handover)
        {
            handover.To(connection => InFlow(flow, run, connection.Transport, connection.Abort));
        }
        else
        {
            await run(new StreamPipe(upgraded), context.Abort);
        }
    }

    private static Task InFlow(ExecutionContext? flow, Func<IDuplexPipe, Action, Task> run, IDuplexPipe pipe, Action cut)
    {
        if (flow is null)
        {
            return run(pipe, cut);
        }

        Task running = Task.CompletedTask;
        ExecutionContext.Run(flow, _ => running = run(pipe, cut), null);
        return running;
    }

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 says SHA-1; it keeps nothing secret.")]
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + KeySuffix)));

    private sealed class StreamPipe(Stream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream, Reading);

        public PipeWriter Output { get; } = PipeWriter.Create(stream);
    }
}
