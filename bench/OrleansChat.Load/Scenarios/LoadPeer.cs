using System.Text;

namespace OrleansChat.Load;

/// <summary>What one connection of a load does: receive, send, or both.</summary>
internal sealed class LoadPeer(Measurement measurement, string who, Receiver? receiver) : ILoadPeer
{
    public Sender? Sender { get; set; }

    public Receiver? Receiver => receiver;

    public void Received(ReadOnlySpan<byte> json)
    {
        if (json.StartsWith("{\"re\":"u8))
        {
            Sender?.Replied(json);
        }
        else if (!Scan.IsMessage(json))
        {
            // Presence, receipts, summaries are not what is measured; an error without a command is.
            if (Scan.IsError(json))
            {
                measurement.Violation($"{who}: {Encoding.UTF8.GetString(json)}");
            }
        }
        else if (receiver is not null)
        {
            receiver.Message(json);
        }
        else
        {
            measurement.Violation($"{who} received a message that was not for this session");
        }
    }

    public void Ended(string reason)
    {
        if (!measurement.IsOver)
        {
            measurement.Violation($"{who}: the connection {reason}");
        }
    }
}
