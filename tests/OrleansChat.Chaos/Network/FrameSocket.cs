using System.Net.WebSockets;
using System.Text;

namespace OrleansChat.Chaos.Network;

/// <summary>A WebSocket that carries texts, written by several at a time and read by one.</summary>
internal sealed class FrameSocket : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly byte[] _buffer = new byte[16 * 1024];

    public static async Task<FrameSocket> ConnectAsync(Uri node, string path, CancellationToken cancel)
    {
        FrameSocket frames = new();
        try
        {
            await frames._socket.ConnectAsync(new Uri($"ws://{node.Authority}{path}"), cancel);
            return frames;
        }
        catch
        {
            frames.Dispose();
            throw;
        }
    }

    /// <summary>The next text; null when the other side has closed.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancel)
    {
        using MemoryStream text = new();
        while (true)
        {
            ValueWebSocketReceiveResult part = await _socket.ReceiveAsync(_buffer.AsMemory(), cancel);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            text.Write(_buffer.AsSpan(0, part.Count));
            if (part.EndOfMessage)
            {
                return Encoding.UTF8.GetString(text.GetBuffer().AsSpan(0, (int)text.Length));
            }
        }
    }

    public async Task WriteAsync(string text, CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel);
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(text).AsMemory(), WebSocketMessageType.Text, true, cancel);
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _writing.Dispose();
    }
}
