using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Hosting;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.FrontEnds.SocketIo.Engine;
using OrleansChat.Queues;

namespace OrleansChat.Gateway.FrontEnds.Queues;

/// <summary>The endless answers: lines, Server-Sent Events, WebSocket.</summary>
internal sealed class QueueStreams(
    IQueueStore store, QueueConsumers consumers, QueuePublisher publisher, OriginCheck origins, RestLimits limits, GatewayOptions options,
    IHostApplicationLifetime life)
{
    public async Task<RestAnswer?> HttpAsync(HttpContext http, Caller caller, string token, ConversationId queue)
    {
        Result<QueueStats> may = await store.StatsAsync(queue, caller.Actor);
        if (!may.IsOk)
        {
            return may.Error;
        }

        bool events = http.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
        http.Response.ContentType = events ? "text/event-stream" : "text/plain; charset=utf-8";
        await http.Response.StartAsync();
        await http.Response.Body.FlushAsync();
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, life.ApplicationStopping);
        await consumers.RunAsync(caller, token, queue, async (item, cancellation) =>
        {
            byte[] bytes = item is null ? (events ? ": \n\n"u8.ToArray() : [])
                : events ? [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {item.Key}\ndata: ")), .. QueueJson.Item(queue.GroupId!, item).Span, .. "\n\n"u8]
                : [.. QueueJson.Item(queue.GroupId!, item).Span, (byte)'\n'];
            if (bytes.Length > 0)
            {
                await http.Response.Body.WriteAsync(bytes, cancellation);
                await http.Response.Body.FlushAsync(cancellation);
            }
        }, gone.Token);
        return null;
    }

    public async Task<RestAnswer?> WebSocketAsync(HttpContext http, Caller caller, string token, ConversationId queue)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            return ChatError.BadRequest.Because("This address speaks WebSocket.");
        }

        if (!origins.Permits(http.Request))
        {
            return ChatError.Forbidden;
        }

        Result<QueueStats> may = await store.StatsAsync(queue, caller.Actor);
        if (!may.IsOk)
        {
            return may.Error;
        }

        using WebSocket socket = await http.WebSockets.AcceptWebSocketAsync();
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, life.ApplicationStopping);
        using var writing = new SemaphoreSlim(1, 1);
        Task reading = ReadAsync(socket, caller, queue, writing, gone);
        ChatError? ended = await consumers.RunAsync(
            caller, token, queue,
            (item, cancellation) => item is null ? Task.CompletedTask : SendAsync(socket, QueueJson.Item(queue.GroupId!, item), writing, cancellation),
            gone.Token);
        await gone.CancelAsync();
        await reading;
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            try
            {
                await socket.CloseOutputAsync(
                    ended is null ? WebSocketCloseStatus.NormalClosure : WebSocketCloseStatus.PolicyViolation, ended?.Name, late.Token);
            }
            catch (Exception cut) when (cut is OperationCanceledException or WebSocketException)
            {
                socket.Abort();
            }
        }

        return null;
    }

    private static async Task SendAsync(WebSocket socket, ReadOnlyMemory<byte> json, SemaphoreSlim writing, CancellationToken cancellation)
    {
        await writing.WaitAsync(cancellation);
        try
        {
            await socket.SendAsync(json, WebSocketMessageType.Text, true, cancellation);
        }
        catch (WebSocketException cut)
        {
            throw new OperationCanceledException("The client is gone.", cut, cancellation);
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task ReadAsync(WebSocket socket, Caller caller, ConversationId queue, SemaphoreSlim writing, CancellationTokenSource gone)
    {
        try
        {
            using var frames = new WebSocketFrames(socket, options.Limits.Frame);
            while (await frames.ReadAsync(gone.Token) is { Closed: false } frame)
            {
                Result<long> posted = limits.Refuse(caller.User) is not null ? ChatError.RateLimited
                    : frame.IsBinary ? ChatError.BadRequest.Because("Publish text frames.")
                    : await publisher.PostAsync(caller, queue, QueueBody.OfFrame(frame.Data.Span));
                if (posted.Error is { } error)
                {
                    await SendAsync(socket, CommandResult.Of(error, static (writer, refused) =>
                    {
                        writer.WriteStartObject("error");
                        writer.WriteNumber("code", refused.Code);
                        writer.WriteString("name", refused.Name);
                        writer.WriteString("message", refused.Message);
                        writer.WriteEndObject();
                    }).Ok, writing, gone.Token);
                }
            }
        }
        catch (Exception cut) when (cut is OperationCanceledException or WebSocketException)
        {
            // The connection was cut: for a reader the same as a close.
        }

        await gone.CancelAsync();
    }
}
