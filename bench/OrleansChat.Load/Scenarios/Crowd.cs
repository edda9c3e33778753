namespace OrleansChat.Load;

/// <summary>Connections that are ready for a load, with what is measured on them.</summary>
internal sealed class Crowd(string name, Measurement measurement, LoadPeer[] peers, LoadConnection[] connections) : IDisposable
{
    private readonly Sender[] _senders = [.. peers.Select(peer => peer.Sender).OfType<Sender>()];
    private readonly Receiver[] _receivers = [.. peers.Select(peer => peer.Receiver).OfType<Receiver>()];

    /// <summary>What it is, for the report.</summary>
    public string Name => name;

    public Measurement Measurement => measurement;

    public IReadOnlyList<Sender> Senders => _senders;

    public long Sent => _senders.Sum(sender => sender.Sent);

    public long Acked => _senders.Sum(sender => sender.Acked);

    /// <summary>Deliveries that what was acknowledged has to lead to.</summary>
    public long Due => _senders.Sum(sender => sender.Acked * sender.Recipients);

    public long Delivered => _receivers.Sum(receiver => receiver.Delivered);

    public void Dispose()
    {
        measurement.IsOver = true;
        Array.ForEach(connections, connection => connection.Dispose());
    }
}
