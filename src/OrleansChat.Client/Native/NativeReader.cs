using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;

namespace OrleansChat.Client;

/// <summary>The read side of a connection: frames in, one callback per JSON object, in order, until the end.</summary>
internal sealed class NativeReader(ClientWebSocket socket, int maxFrame, Func<NativeObject, ValueTask> onObject)
{
    public async Task<NativeClose> RunAsync()
    {
        try
        {
            return await ReadAsync().ConfigureAwait(false);
        }
        catch (JsonException malformed)
        {
            return new NativeClose(NativeClose.Broken, "The server sent malformed JSON.", malformed);
        }
        catch (Exception broken) when (broken is WebSocketException or OperationCanceledException or ObjectDisposedException or ChannelClosedException or IOException)
        {
            // The close frame may have been read before the transport broke: its code is the better answer.
            return Code() is { } code
                ? new NativeClose(code, socket.CloseStatusDescription ?? "", broken)
                : new NativeClose(NativeClose.Broken, broken.Message, broken);
        }
    }

    private async Task<NativeClose> ReadAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(16 << 10);
        var filled = 0;
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(filled), default).ConfigureAwait(false);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return new NativeClose(Code() ?? NativeClose.Broken, socket.CloseStatusDescription ?? "");
                }

                filled += part.Count;
                if (part.EndOfMessage)
                {
                    await DispatchAsync(buffer.AsMemory(0, filled)).ConfigureAwait(false);
                    filled = 0;
                }
                else if (filled == buffer.Length)
                {
                    buffer = Grow(buffer);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask DispatchAsync(ReadOnlyMemory<byte> frame)
    {
        while (!frame.IsEmpty)
        {
            // JSON escapes line feeds inside strings, so a raw one always separates objects.
            var end = frame.Span.IndexOf((byte)'\n');
            var line = end < 0 ? frame : frame[..end];
            frame = end < 0 ? default : frame[(end + 1)..];
            if (!line.Span.Trim(" \r\t"u8).IsEmpty)
            {
                await onObject(NativeObject.Parse(line.ToArray())).ConfigureAwait(false);
            }
        }
    }

    private byte[] Grow(byte[] buffer)
    {
        if (buffer.Length >= maxFrame)
        {
            throw new WebSocketException($"A frame is larger than {maxFrame} bytes.");
        }

        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private int? Code() => (int?)socket.CloseStatus;
}
