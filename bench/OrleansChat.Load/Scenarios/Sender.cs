namespace OrleansChat.Load;

/// <summary>Sends on one connection to one conversation, and checks that the acknowledged numbers rise in the order of sending.</summary>
/// <param name="measurement">Where latencies and violations go.</param>
/// <param name="connection">The connection.</param>
/// <param name="frame">The sender's frame.</param>
/// <param name="index">The sender's number in its conversation.</param>
/// <param name="window">How many sends may be unacknowledged.</param>
/// <param name="alone">Whether nobody else writes to the conversation, so that the numbers are dense too.</param>
/// <param name="recipients">How many connections get each message.</param>
internal sealed class Sender(Measurement measurement, LoadConnection connection, SendFrame frame, int index, int window, bool alone, int recipients)
{
    private const int Ring = 256;
    private readonly Lock _lock = new();
    private readonly long[] _sent = new long[Ring];
    private readonly long[] _numbers = new long[Ring];
    private readonly Queue<long> _scheduled = new();
    private int _next;
    private int _acked;
    private int _checked;
    private long _lastNumber;
    private bool _keepsWindowFull;
    private bool _stopped;

    /// <summary>The sender's number in its conversation.</summary>
    public int Index => index;

    /// <summary>How many connections get each message.</summary>
    public int Recipients => recipients;

    public long Sent => Volatile.Read(ref _next);

    public long Acked => Volatile.Read(ref _acked);

    /// <summary>Sends until the window is full, and again after each acknowledgement.</summary>
    public void Start()
    {
        lock (_lock)
        {
            _keepsWindowFull = true;
            Fill();
        }

        connection.Flush();
    }

    /// <summary>Sends one that was due at a time; it waits if the window is full, and its latency counts from then on.</summary>
    public void Due(long time)
    {
        lock (_lock)
        {
            _scheduled.Enqueue(time);
            Fill();
        }

        connection.Flush();
    }

    public void Stop()
    {
        lock (_lock)
        {
            _stopped = true;
        }
    }

    /// <summary>Sends what was made room for.</summary>
    public void Flush() => connection.Flush();

    /// <summary>A send was answered.</summary>
    /// <param name="number">Which one, from 0.</param>
    /// <param name="seq">The number that it got.</param>
    public void Acknowledged(long number, long seq)
    {
        lock (_lock)
        {
            if (number < 0 || number >= _next || number < _checked || _sent[number % Ring] == 0)
            {
                measurement.Violation($"Sender {index} was answered for {number}, which waits for no answer");
                return;
            }

            measurement.Record(measurement.Ack, _sent[number % Ring]);
            _sent[number % Ring] = 0;
            _numbers[number % Ring] = seq;
            _acked++;
            CheckOrder();
            Fill();
        }
    }

    private void CheckOrder()
    {
        // Answers may overtake each other, numbers may not.
        for (; _checked < _next && _numbers[_checked % Ring] is > 0 and var number; _checked++)
        {
            if (number <= _lastNumber || (alone && _lastNumber > 0 && number != _lastNumber + 1))
            {
                measurement.Violation($"Send {_checked} of sender {index} got number {number} after {_lastNumber}");
            }

            _lastNumber = number;
            _numbers[_checked % Ring] = 0;
        }
    }

    private void Fill()
    {
        while (!_stopped && _next - _acked < window && _next - _checked < Ring && (_keepsWindowFull || _scheduled.Count > 0))
        {
            var time = _keepsWindowFull ? TextStamp.Now : _scheduled.Dequeue();
            _sent[_next % Ring] = time;
            connection.Queue(frame.Next(new TextStamp(time, index, _next)));
            _next++;
        }
    }
}
