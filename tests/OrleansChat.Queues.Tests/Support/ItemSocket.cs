using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Queues.Tests.Support;

/// <summary>A stock WebSocket client at <c>/ws/q</c>.</summary>
internal sealed class ItemSocket : IDisposable
{
    private readonly ClientWebSocket _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];

    private ItemSocket(ClientWebSocket socket) => _socket = socket;

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public string? CloseText => _socket.CloseStatusDescription;

    public static async Task<ItemSocket> OpenAsync(Uri address, Action<ClientWebSocketOptions>? options)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        options?.Invoke(socket.Options);
        try
        {
            await socket.ConnectAsync(address, CancellationToken.None).WithinAsync(what: "the handshake");
            return new ItemSocket(socket);
        }
        catch (WebSocketException refused) when (socket.HttpStatusCode != 0)
        {
            int status = (int)socket.HttpStatusCode;
            socket.Dispose();
            throw new HandshakeRefusedException(status, refused);
        }
    }

    public Task SayAsync(string text, WebSocketMessageType type = WebSocketMessageType.Text) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(text), type, true, CancellationToken.None).WithinAsync(what: "sending");

    /// <summary>The next frame; null when the server closes.</summary>
    public async Task<JsonElement?> FrameAsync()
    {
        ValueWebSocketReceiveResult frame = await _socket.ReceiveAsync(_buffer.AsMemory(), CancellationToken.None).AsTask().WithinAsync(what: "the next frame");
        return frame.MessageType == WebSocketMessageType.Close ? null : JsonElement.Parse(_buffer.AsSpan(0, frame.Count));
    }

    public async Task<Item> NextAsync() => Item.Of((await FrameAsync())!.Value);

    public Task CloseAsync() => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WithinAsync(what: "the close handshake");

    public void Dispose() => _socket.Dispose();
}

/// <summary>The server answered the handshake with something else than 101.</summary>
internal sealed class HandshakeRefusedException(int status, Exception cause) : Exception($"The handshake was answered with {status}.", cause)
{
    public int Status { get; } = status;
}
