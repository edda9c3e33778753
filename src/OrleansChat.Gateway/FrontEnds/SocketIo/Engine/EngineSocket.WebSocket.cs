using System.Buffers;
using System.Net.WebSockets;
using OrleansChat.Protocols.EngineIo;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Engine;

/// <summary>One Engine.IO session. This part runs it over a WebSocket: a loop that reads and a loop that writes.</summary>
internal sealed partial class EngineSocket
{
    // How long a client that is being closed gets to read what is on its way.
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    private WebSocket? _socket;

    /// <summary>Carries the session until it ends.</summary>
    public async Task RunAsync(WebSocketFrames frames)
    {
        lock (_gate)
        {
            _socket = frames.Socket;
        }

        Task writing = WriteAsync(frames);
        EngineCloseReason reason = EngineCloseReason.Broken;
        try
        {
            reason = await ReadAsync(frames);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException)
        {
            // The connection broke; the layer above knows what to do about it.
        }
        finally
        {
            frames.Dispose();
        }

        Close(reason);
        await writing;
    }

    private async Task<EngineCloseReason> ReadAsync(WebSocketFrames frames)
    {
        while (!IsClosed)
        {
            ReadFrame frame = await frames.ReadAsync(CancellationToken.None);
            if (frame.Closed)
            {
                return EngineCloseReason.ByClient;
            }

            EnginePacket packet = EnginePacket.Binary(frame.Data);
            if (!frame.IsBinary && !EnginePacket.TryReadText(frame.Data, out packet))
            {
                return EngineCloseReason.ProtocolError;
            }

            if (!await ReceiveAsync(packet))
            {
                break;
            }
        }

        return EngineCloseReason.ProtocolError;
    }

    private async Task WriteAsync(WebSocketFrames frames)
    {
        var packets = new List<EnginePacket>();
        try
        {
            while (await TakeAsync(EngineTransport.WebSocket, packets))
            {
                foreach (EnginePacket packet in packets)
                {
                    await SendFrameAsync(frames.Socket, packet);
                }

                packets.Clear();
                packets.TrimExcess();
            }

            await CloseAsync(frames.Socket);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            Close(EngineCloseReason.Broken);
        }
    }

    private static async Task SendFrameAsync(WebSocket socket, EnginePacket packet)
    {
        if (packet.IsBinary)
        {
            await socket.SendAsync(packet.Data, WebSocketMessageType.Binary, true, CancellationToken.None);
            return;
        }

        byte[] frame = ArrayPool<byte>.Shared.Rent(packet.FrameLength);
        try
        {
            int length = packet.WriteFrame(frame);
            await socket.SendAsync(frame.AsMemory(0, length), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    // Answers the client's close or begins one.
    private async Task CloseAsync(WebSocket socket)
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            WebSocketCloseStatus status = Reason == EngineCloseReason.ProtocolError ? WebSocketCloseStatus.ProtocolError : WebSocketCloseStatus.NormalClosure;
            await socket.CloseOutputAsync(status, null, CancellationToken.None);
        }
    }

    // A client that does not read, or does not answer the close, is cut off.
    private async Task CutLaterAsync(WebSocket socket)
    {
        await Task.Delay(ClosePatience, _server.Time);
        socket.Abort();
    }
}
