namespace OrleansChat.Load;

/// <summary>Checks everything that one connection receives: numbers without a hole, and each sender's messages once and in order.</summary>
internal sealed class Receiver(Measurement measurement, string who, int senders, long firstSeq)
{
    private readonly int[] _next = new int[senders];
    private long _expected = firstSeq;
    private long _delivered;

    public long Delivered => Volatile.Read(ref _delivered);

    /// <summary>Where the server answers no sends: the sender whose window each of its messages opens when it arrives here.</summary>
    public Sender? Acknowledges { get; set; }

    public void Message(Incoming message, bool numbered)
    {
        var seq = message.Seq;
        if (numbered && seq != _expected)
        {
            measurement.Violation($"{who}: number {seq} came where {_expected} was due");
        }

        _expected = seq + 1;
        if (!TextStamp.TryRead(message.Text, out var stamp))
        {
            return;
        }

        if ((uint)stamp.Sender >= (uint)_next.Length || stamp.Number != _next[stamp.Sender])
        {
            measurement.Violation($"{who}: number {seq} is message {stamp.Number} of sender {stamp.Sender} where {_next.ElementAtOrDefault(stamp.Sender)} was due");
        }

        if ((uint)stamp.Sender < (uint)_next.Length)
        {
            _next[stamp.Sender] = stamp.Number + 1;
        }

        // One writer: the connection's reading thread.
        Volatile.Write(ref _delivered, _delivered + 1);
        measurement.Record(measurement.EndToEnd, stamp.Time);
        if (Acknowledges is { } sender && sender.Index == stamp.Sender)
        {
            sender.Acknowledged(stamp.Number, stamp.Number + 1);
        }
    }
}
