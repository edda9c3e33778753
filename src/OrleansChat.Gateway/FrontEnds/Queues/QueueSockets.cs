using System.Net.WebSockets;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.Sessions;

namespace OrleansChat.Gateway.FrontEnds.Queues;

/// <summary>The WebSocket consumers at <c>/ws/q</c>.</summary>
internal sealed class QueueSockets(
    QueueStreams streams, QueueConsumers consumers, QueuePublisher publisher, SessionRegistry sessions, GatewayOptions options, TimeProvider time)
{
    private static readonly TimeSpan KeepAliveEvery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(20);

    public QueueConsumers Consumers { get; } = consumers;

    public QueuePublisher Publisher { get; } = publisher;

    public ChatLimits Limits { get; } = options.Limits;

    public TimeProvider Time { get; } = time;

    public async Task<RestAnswer?> AnswerAsync(QueueRequest request)
    {
        if (!request.Http.WebSockets.IsWebSocketRequest)
        {
            return ChatError.BadRequest.Because("This address speaks WebSocket.");
        }

        Result<ChatSession> opened = await streams.OpenAsync(request);
        if (!opened.IsOk)
        {
            return opened.Error;
        }

        try
        {
            using WebSocket socket = await request.Http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
            {
                KeepAliveInterval = KeepAliveEvery,
                KeepAliveTimeout = KeepAliveTimeout,
            });
            using var connection = new QueueSocket(this, socket, opened.Value, request.Queue);
            await connection.RunAsync();
        }
        finally
        {
            await sessions.EndAsync(opened.Value);
        }

        return null;
    }
}
