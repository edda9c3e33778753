using OrleansChat.Gateway.FrontEnds.WebSockets;
using OrleansChat.Protocols.EngineIo;
using OrleansChat.Protocols.WebSockets;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Engine;

/// <summary>One Engine.IO session. This part runs it over a WebSocket: a loop that reads and a loop that writes.</summary>
internal sealed partial class EngineSocket
{
    /// <summary>Room for so many packets is kept from one write to the next.</summary>
    private const int KeptPackets = 16;

    // How long a client that is being closed gets to read what is on its way.
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    private EngineFrames? _frames;

    /// <summary>Carries the session until it ends.</summary>
    public async Task RunAsync(EngineFrames frames)
    {
        bool over;
        lock (_gate)
        {
            _frames = frames;
            over = _reason is not null;
        }

        if (over)
        {
            _ = CutLaterAsync(frames);
        }

        frames.Asked = Nudge;
        Task writing = WriteAsync(frames);
        EngineCloseReason reason = EngineCloseReason.Broken;
        try
        {
            reason = await ReadAsync(frames);
        }
        catch (Exception gone) when (FramedSocket.IsGone(gone))
        {
            // The connection broke; the layer above knows what to do about it.
        }
        finally
        {
            Close(reason);
            await writing;
        }

        try
        {
            await frames.UntilClosedAsync();
        }
        catch (Exception gone) when (FramedSocket.IsGone(gone))
        {
            // It broke, or was cut because the client did not answer the close.
        }
    }

    private async Task<EngineCloseReason> ReadAsync(EngineFrames frames)
    {
        while (!IsClosed)
        {
            if (!await frames.NextAsync())
            {
                return frames.Fault == WebSocketFault.None ? EngineCloseReason.ByClient : EngineCloseReason.ProtocolError;
            }

            bool good = false;
            try
            {
                EnginePacket packet = EnginePacket.Binary(frames.Data);
                good = (frames.IsBinary || EnginePacket.TryReadText(frames.Data, out packet)) && await ReceiveAsync(packet);
            }
            finally
            {
                if (!good || frames.IsLast || IsClosed)
                {
                    _handler!.OnTogether();
                }
            }

            if (!good)
            {
                break;
            }
        }

        return EngineCloseReason.ProtocolError;
    }

    private async Task WriteAsync(EngineFrames frames)
    {
        var packets = new List<EnginePacket>();
        try
        {
            while (await TakeAsync(EngineTransport.WebSocket, packets))
            {
                if ((await frames.SendAsync(packets)).IsCompleted)
                {
                    Close(EngineCloseReason.Broken);
                }

                packets.Clear();
                if (packets.Capacity > KeptPackets)
                {
                    packets.Capacity = KeptPackets;
                }
            }

            int code = frames.Fault switch
            {
                WebSocketFault.NotUtf8 => WebSocketCloseCode.NotUtf8,
                WebSocketFault.TooLarge => WebSocketCloseCode.TooLarge,
                _ => Reason == EngineCloseReason.ProtocolError ? WebSocketCloseCode.Protocol : WebSocketCloseCode.Normal,
            };
            await frames.SendCloseAsync(code, string.Empty);
        }
        catch (Exception gone) when (FramedSocket.IsGone(gone) || gone is ObjectDisposedException)
        {
            Close(EngineCloseReason.Broken);

            // What waits for the client to send something has nothing to wait for any more.
            frames.Abort();
        }
    }

    // The writer has something to write that is no packet.
    private void Nudge()
    {
        lock (_gate)
        {
            _nudged = true;
            Wake();
        }
    }

    // A client that does not read, or does not answer the close, is cut off.
    private async Task CutLaterAsync(EngineFrames frames)
    {
        await Task.Delay(ClosePatience, _server.Time);
        frames.Abort();
    }
}
