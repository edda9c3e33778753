using OrleansChat.Chaos.Checking;

namespace OrleansChat.Chaos.Clients;

/// <summary>Takes down the history of all clients, under one clock.</summary>
internal sealed class Recorder(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<HistoryRecord> _records = [];
    private readonly long _started = time.GetTimestamp();
    private long _op;
    private long _acked;
    private long _delivered;

    public long Now => (long)time.GetElapsedTime(_started).TotalMicroseconds;

    public long Acked => Interlocked.Read(ref _acked);

    public long Deliveries => Interlocked.Read(ref _delivered);

    public long NextOp() => Interlocked.Increment(ref _op);

    /// <summary>Writes a record with the time of this moment; the order of the records is that of these calls.</summary>
    public void Write(Func<long, HistoryRecord> record)
    {
        lock (_gate)
        {
            HistoryRecord made = record(Now);
            _records.Add(made);
            _delivered += made is Delivered ? 1 : 0;
        }
    }

    public void CountAck() => Interlocked.Increment(ref _acked);

    public History History()
    {
        lock (_gate)
        {
            return new History(_records.ToArray());
        }
    }
}
