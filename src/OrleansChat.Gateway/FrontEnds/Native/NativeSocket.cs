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
    private const int KeptItems = 256;

    // What is taken is written before anything is awaited, so the list is the thread's: one of each connection's own would cost memory, and as
    // the event in it is younger than such a list the collector would have to look through all of them.
    [ThreadStatic]
    private static List<OutboundItem>? t_items;

    /// <summary>The commands that were received, each on a line of its own. Valid until the next call of <see cref="FramedSocket.ReceiveAsync"/>.</summary>
    public ReadOnlyMemory<byte> Lines => Messages;

    /// <summary>Sends what waits in a queue, up to a number of bytes, with one frame. Nothing, if what waited was dropped meanwhile.</summary>
    public ValueTask<FlushResult> SendAsync(OutboundQueue queue, int bytes)
    {
        List<OutboundItem> items = t_items ??= [];
        try
        {
            queue.Take(items, bytes);
            if (items.Count == 0)
            {
                return default;
            }

            Write(items);
        }
        finally
        {
            // Whatever happened: the next connection on this thread must not find it.
            items.Clear();
            if (items.Capacity > KeptItems)
            {
                items.Capacity = KeptItems;
            }
        }

        return Output.FlushAsync();
    }

    /// <summary>Sends items with one frame, and what else is due.</summary>
    public ValueTask<FlushResult> SendAsync(List<OutboundItem> items)
    {
        Write(items);
        return Output.FlushAsync();
    }

    private void Write(List<OutboundItem> items)
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
