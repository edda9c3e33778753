using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Queues;

namespace OrleansChat.Gateway.FrontEnds.Queues;

/// <summary>The endless answer of <c>GET /c</c>: one JSON object per line, or Server-Sent Events for those who accept them.</summary>
internal sealed class QueueStreams(IQueueStore store, QueueConsumers consumers, SessionRegistry sessions)
{
    private const int LongestDevice = 100;
    private const int SilenceSeconds = 15;
    private const int ProbeSeconds = 5;
    private const int Probes = 3;

    /// <summary>Opens the session of a consumer, if its user may consume.</summary>
    public async Task<Result<ChatSession>> OpenAsync(QueueRequest request)
    {
        Result<QueueStats> may = await store.StatsAsync(request.Queue, request.Caller.Actor, rates: false);
        string agent = request.Http.Request.Headers.UserAgent.ToString();
        return may.IsOk
            ? await sessions.OpenAsync(request.Caller.Token, agent.Length > LongestDevice ? agent[..LongestDevice] : agent)
            : may.Error;
    }

    public async Task<RestAnswer?> AnswerAsync(QueueRequest request)
    {
        Result<ChatSession> opened = await OpenAsync(request);
        if (!opened.IsOk)
        {
            return opened.Error;
        }

        ChatSession session = opened.Value;
        HttpContext http = request.Http;
        await using CancellationTokenRegistration gone = http.RequestAborted.UnsafeRegister(
            static state => ((ChatSession)state!).Close(CloseReason.Gone), session);
        try
        {
            bool events = http.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
            await BeginAsync(http, events);
            await consumers.RunAsync(session, request.Queue, (item, cancellation) => WriteAsync(http.Response, request.Name, item, events, cancellation));
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            session.Close(CloseReason.Gone);
        }
        finally
        {
            if (session.Reason == CloseReason.Slow)
            {
                http.Abort();
            }

            await sessions.EndAsync(session);
        }

        return null;
    }

    private static Task BeginAsync(HttpContext http, bool events)
    {
        NoticeSilence(http);
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = events ? "text/event-stream" : "text/plain; charset=utf-8";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        return http.Response.Body.FlushAsync(http.RequestAborted);
    }

    // A client that vanished without a word is noticed by the network, also while there is nothing to write: it must not be dealt items.
    private static void NoticeSilence(HttpContext http)
    {
        if (http.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, SilenceSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ProbeSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
        }
    }

    // Lines have nothing that stands for nothing: an empty one would be no JSON object.
    private static async Task WriteAsync(HttpResponse response, string queue, QueueItem? item, bool events, CancellationToken cancellation)
    {
        byte[] bytes = (item, events) switch
        {
            (null, false) => [],
            (null, true) => ":\n\n"u8.ToArray(),
            ({ } one, false) => [.. QueueJson.Item(queue, one).Span, (byte)'\n'],
            ({ } one, true) =>
            [
                .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {one.Key}\ndata: ")),
                .. QueueJson.Item(queue, one).Span,
                .. "\n\n"u8,
            ],
        };
        if (bytes.Length > 0)
        {
            await response.Body.WriteAsync(bytes, cancellation);
            await response.Body.FlushAsync(cancellation);
        }
    }
}
