using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansChat.Gateway.FrontEnds.Native;

/// <summary>
/// Turns a request for a WebSocket, which the middleware has found to be one, into a connection that is read and written without the HTTP
/// server in between: over HTTP/1.1 by the connection's own pipes, over HTTP/2 (RFC 8441) by the stream.
/// </summary>
internal static class NativeUpgrade
{
    private const string KeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static readonly StreamPipeReaderOptions Reading = new(useZeroByteReads: true);

    public static async Task<IDuplexPipe> AcceptAsync(HttpContext context, string? protocol)
    {
        if (protocol is not null)
        {
            context.Response.Headers.SecWebSocketProtocol = protocol;
        }

        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            Stream stream = await connect.AcceptAsync();
            return new StreamPipe(PipeReader.Create(stream, Reading), PipeWriter.Create(stream));
        }

        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.SecWebSocketAccept = Accept(context.Request.Headers.SecWebSocketKey.ToString());
        Stream upgraded = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        return context.Features.Get<IConnectionTransportFeature>()?.Transport
            ?? new StreamPipe(PipeReader.Create(upgraded, Reading), PipeWriter.Create(upgraded));
    }

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 says SHA-1; it keeps nothing secret.")]
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + KeySuffix)));

    private sealed record StreamPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
