using System.Buffers;
using System.Net.WebSockets;

namespace OrleansChat.Gateway.FrontEnds.Queues;

/// <summary>A frame that was read. Its data is valid until the next one is read.</summary>
/// <param name="Closed">Whether nothing more comes: the client closed, or sent more than it may.</param>
/// <param name="IsBinary">Whether it is binary.</param>
/// <param name="Data">The whole frame.</param>
internal readonly record struct ReadFrame(bool Closed, bool IsBinary, ReadOnlyMemory<byte> Data);

/// <summary>Reads whole frames up to a bound. Between frames it holds no buffer, so that idle connections are cheap.</summary>
internal sealed class WebSocketFrames(WebSocket socket, int maxFrame) : IDisposable
{
    private const int FirstBuffer = 1024;

    private byte[] _buffer = [];

    public WebSocket Socket { get; } = socket;

    public async ValueTask<ReadFrame> ReadAsync(CancellationToken cancellation)
    {
        Return();
        await Socket.ReceiveAsync(Memory<byte>.Empty, cancellation);
        _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        int length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult received = await Socket.ReceiveAsync(_buffer.AsMemory(length), cancellation);
            length += received.Count;
            if (received.MessageType == WebSocketMessageType.Close || length > maxFrame)
            {
                return new ReadFrame(true, false, default);
            }

            bool binary = received.MessageType == WebSocketMessageType.Binary;
            if (received.EndOfMessage)
            {
                // Attachments are kept until their packet is complete, beyond the next read.
                return new ReadFrame(false, binary, binary ? _buffer.AsSpan(0, length).ToArray() : _buffer.AsMemory(0, length));
            }

            if (length == _buffer.Length)
            {
                byte[] larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
                _buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = larger;
            }
        }
    }

    /// <summary>Gives the buffer back. The WebSocket belongs to the request.</summary>
    public void Dispose() => Return();

    private void Return()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }
}
