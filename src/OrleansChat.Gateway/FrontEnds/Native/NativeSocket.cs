using System.Buffers;
using System.IO.Pipelines;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.FrontEnds.WebSockets;
using OrleansChat.Protocols.WebSockets;

namespace OrleansChat.Gateway.FrontEnds.Native;

/// <summary>The WebSocket of one native connection: commands and events on lines, many in one frame.</summary>
/// <param name="pipe">The connection.</param>
/// <param name="maxMessage">The longest message that a client may send, in bytes.</param>
/// <param name="cut">Cuts the connection; called at most once, and not after it was disposed of.</param>
internal sealed class NativeSocket(IDuplexPipe pipe, int maxMessage, Action cut) : FramedSocket(pipe, new WebSocketLines(maxMessage), cut)
{
    /// <summary>The commands that were received, each on a line of its own. Valid until the next call of <see cref="FramedSocket.ReceiveAsync"/>.</summary>
    public ReadOnlyMemory<byte> Lines => Messages;

    /// <summary>Sends items with one frame, and what else is due.</summary>
    public ValueTask<FlushResult> SendAsync(List<OutboundItem> items)
    {
        WriteControl();
        int length = -1;
        foreach (OutboundItem item in items)
        {
            length += item.Length > 0 ? item.Length + 1 : 0;
        }

        if (length > 0)
        {
            WriteHeader(WebSocketHeader.Text, length);
            bool first = true;
            foreach (OutboundItem item in items)
            {
                Write(item, ref first);
            }
        }

        return Output.FlushAsync();
    }

    private void Write(OutboundItem item, ref bool first)
    {
        if (item.Length == 0)
        {
            return;
        }

        if (!first)
        {
            Output.GetSpan(1)[0] = (byte)'\n';
            Output.Advance(1);
        }

        first = false;
        Output.Write(item.Event is { } chatEvent ? chatEvent.Json : item.Bytes.Span);
    }
}
