using System.Buffers;
using System.IO.Pipelines;
using OrleansChat.Gateway.FrontEnds.WebSockets;
using OrleansChat.Protocols.EngineIo;
using OrleansChat.Protocols.WebSockets;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Engine;

/// <summary>The WebSocket of one Engine.IO session: each packet is a message of its own, and many are read and written at once.</summary>
/// <param name="pipe">The connection.</param>
/// <param name="maxMessage">The longest message that a client may send, in bytes.</param>
/// <param name="cut">Cuts the connection; called at most once, and not after it was disposed of.</param>
internal sealed class EngineFrames(IDuplexPipe pipe, int maxMessage, Action cut) : FramedSocket(pipe, new WebSocketLines(maxMessage, each: true), cut)
{
    private int _next;
    private int _from;

    /// <summary>The message that was read. Text is valid until the next one is read; bytes may be kept, as attachments wait for each other.</summary>
    public ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>Whether it is bytes.</summary>
    public bool IsBinary { get; private set; }

    /// <summary>Whether nothing that was received with it comes after it.</summary>
    public bool IsLast => _next == Ends.Count;

    /// <summary>Reads the next message. False when there will be none.</summary>
    public async ValueTask<bool> NextAsync()
    {
        if (IsLast)
        {
            Data = default;
            if (!await ReceiveAsync())
            {
                return false;
            }

            _next = _from = 0;
        }

        WebSocketMessage message = Ends[_next++];
        Data = Messages[_from..message.End];
        IsBinary = message.IsBinary;
        _from = message.End + 1;
        if (IsBinary)
        {
            Data = Data.ToArray();
        }

        return true;
    }

    /// <summary>Sends packets, and what else is due, with one write.</summary>
    public ValueTask<FlushResult> SendAsync(IReadOnlyList<EnginePacket> packets)
    {
        WriteControl();
        for (int i = 0; i < packets.Count; i++)
        {
            EnginePacket packet = packets[i];
            WriteHeader(packet.IsBinary ? WebSocketHeader.Binary : WebSocketHeader.Text, packet.FrameLength);
            if (!packet.IsBinary)
            {
                Output.Write([packet.Mark]);
            }

            Output.Write(packet.Data.Span);
        }

        return Output.FlushAsync();
    }
}
