using System.Net.WebSockets;
using System.Threading.Channels;

namespace OrleansChat.Client;

/// <summary>The write side of a connection: frames leave in the order in which they were given.</summary>
internal sealed class NativeWriter(ClientWebSocket socket)
{
    private readonly Channel<(ReadOnlyMemory<byte> Bytes, WebSocketMessageType Type)> _frames =
        Channel.CreateUnbounded<(ReadOnlyMemory<byte>, WebSocketMessageType)>(new() { SingleReader = true });

    /// <summary>Takes a frame; one given after the end is dropped, its waiter hears of the end anyway.</summary>
    public void Post(ReadOnlyMemory<byte> frame, WebSocketMessageType type = WebSocketMessageType.Text)
        => _frames.Writer.TryWrite((frame, type));

    public void Complete() => _frames.Writer.TryComplete();

    public async Task RunAsync()
    {
        try
        {
            await foreach (var (bytes, type) in _frames.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                await socket.SendAsync(bytes, type, endOfMessage: true, default).ConfigureAwait(false);
            }
        }
        catch (Exception broken) when (broken is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            // The reader sees the same end, and is the one that reports it.
            Complete();
        }
    }
}
