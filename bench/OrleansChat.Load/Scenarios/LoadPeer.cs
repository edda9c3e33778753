using System.Text;

namespace OrleansChat.Load;

/// <summary>What one connection of a load does: receive, send, or both.</summary>
internal sealed class LoadPeer(Measurement measurement, string who, Receiver? receiver, IDialect? dialect = null) : ILoadPeer
{
    private readonly IDialect _dialect = dialect ?? NativeDialect.Instance;

    public Sender? Sender { get; set; }

    public Receiver? Receiver => receiver;

    public ReadOnlySpan<byte> Received(ReadOnlySpan<byte> line)
    {
        var incoming = _dialect.Read(line);
        switch (incoming.Kind)
        {
            case IncomingKind.Acknowledgement:
                Sender?.Acknowledged(incoming.Number, _dialect.Numbers ? incoming.Seq : incoming.Number + 1);
                break;
            case IncomingKind.Message when receiver is not null:
                receiver.Message(incoming, _dialect.Numbers);
                break;
            case IncomingKind.Message:
                measurement.Violation($"{who} received a message that was not for this session");
                break;
            case IncomingKind.Heartbeat:
                return _dialect.HeartbeatAnswer;
            case IncomingKind.Error:
                // Presence, receipts, summaries are not what is measured; an error is.
                Sender?.Stop();
                measurement.Violation($"{who}: {Encoding.UTF8.GetString(line)}");
                break;
        }

        return default;
    }

    public void Read() => receiver?.Acknowledges?.Flush();

    public void Ended(string reason)
    {
        if (!measurement.IsOver)
        {
            measurement.Violation($"{who}: the connection {reason}");
        }
    }
}
