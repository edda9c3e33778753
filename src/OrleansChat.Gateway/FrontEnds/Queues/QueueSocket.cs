using System.Net.WebSockets;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Queues;

namespace OrleansChat.Gateway.FrontEnds.Queues;

/// <summary>One WebSocket consumer: items go out, one JSON object per frame, and what the client sends is published.</summary>
internal sealed class QueueSocket(QueueSockets door, WebSocket socket, ChatSession session, ConversationId queue) : IDisposable
{
    /// <summary>How long a client that is being closed gets to answer.</summary>
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);

    // A WebSocket takes one message at a time: items, and errors about what the client sent.
    private readonly SemaphoreSlim _writing = new(1, 1);

    public async Task RunAsync()
    {
        Task reading = ReadAsync();
        ChatError? refused = null;
        try
        {
            refused = await door.Consumers.RunAsync(
                session, queue, (item, cancellation) => item is null ? Task.CompletedTask : SendAsync(QueueJson.Item(queue.GroupId!, item), cancellation));
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException)
        {
            session.Close(CloseReason.Gone);
        }
        finally
        {
            await CloseAsync(refused, reading);
            await reading;
        }
    }

    public void Dispose() => _writing.Dispose();

    private async Task SendAsync(ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            await socket.SendAsync(json, WebSocketMessageType.Text, true, cancellation);
        }
        finally
        {
            _writing.Release();
        }
    }

    // Never cancelled: that would cut the connection before the client has read why it ends.
    private async Task ReadAsync()
    {
        try
        {
            using var frames = new WebSocketFrames(socket, door.Limits.Frame);
            while (true)
            {
                ReadFrame frame = await frames.ReadAsync(CancellationToken.None);
                if (frame.Closed)
                {
                    session.Close(socket.State == WebSocketState.CloseReceived ? CloseReason.Gone : CloseReason.TooLarge);
                    return;
                }

                // Whoever is being closed only gets to answer that.
                if (session.Reason is null && await PublishAsync(frame) is { } error)
                {
                    await SendAsync(QueueJson.Error(error), session.Closed);
                }
            }
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException)
        {
            session.Close(CloseReason.Gone);
        }
    }

    private async Task<ChatError?> PublishAsync(ReadFrame frame)
    {
        if (frame.IsBinary)
        {
            return ChatError.BadRequest.Because("Publish text.");
        }

        if (!session.Commands.TryTake() || !session.TryBeginSend())
        {
            return ChatError.RateLimited;
        }

        try
        {
            SendReply reply = await door.Publisher.PostAsync(session.Caller, queue, QueueValue.OfFrame(frame.Data.Span), null);
            return reply.Error;
        }
        catch (BadArgumentException bad)
        {
            return ChatError.BadRequest.Because(bad.Message);
        }
        finally
        {
            session.EndSend();
        }
    }

    /// <summary>Says why: a session's reason by its code, a refusal by its own (4030 not_member). What may succeed elsewhere is a reason to reconnect.</summary>
    private async Task CloseAsync(ChatError? refused, Task reading)
    {
        (int code, string name) = refused is { Retry: false } ? (refused.Code, refused.Name)
            : refused is not null ? (CloseReason.Stale.Code, CloseReason.Stale.Name)
            : session.Reason is { } reason && reason != CloseReason.Gone ? (reason.Code, reason.Name)
            : ((int)WebSocketCloseStatus.NormalClosure, string.Empty);
        using var patience = new CancellationTokenSource(ClosePatience, door.Time);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync((WebSocketCloseStatus)code, name, patience.Token);
            }

            await reading.WaitAsync(patience.Token);
        }
        catch (Exception cut) when (cut is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            // The reader has nothing to wait for any more.
            socket.Abort();
        }
    }
}
