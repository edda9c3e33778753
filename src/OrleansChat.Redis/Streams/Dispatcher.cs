using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OrleansChat.Streams;

namespace OrleansChat.Redis.Streams;

/// <summary>
/// Hands what came in over the node's channel to the local observers, in order of arrival, from one loop. What waits is bounded: when
/// observers cannot keep up all that waits is dropped and everybody is told to look at the log, where the truth is.
/// </summary>
internal sealed class Dispatcher
{
    private readonly Channel<byte[]> _arrived;
    private readonly ConcurrentQueue<LocalSubscription> _toInterrupt = new();
    private readonly StreamInterests _interests;
    private long _bytes;
    private long _dropped;
    private bool _interruptAll;
    private bool _overflowed;

    public Dispatcher(StreamInterests interests, StreamCounters counters)
    {
        _interests = interests;
        Options = interests.Options;
        Logger = interests.Logger;
        Counters = counters;
        _arrived = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(Options.QueueLength) { SingleReader = true });
    }

    public RedisStreamOptions Options { get; }

    public StreamCounters Counters { get; }

    public ILogger Logger { get; }

    /// <summary>Takes a message from the channel; never waits.</summary>
    public void Arrived(byte[] message)
    {
        if (Interlocked.Add(ref _bytes, message.Length) <= Options.QueueBytes && _arrived.Writer.TryWrite(message))
        {
            return;
        }

        Interlocked.Add(ref _bytes, -message.Length);
        Interlocked.Increment(ref _dropped);
        Counters.CountDropped();
        if (!Interlocked.Exchange(ref _overflowed, true))
        {
            Wake();
        }
    }

    /// <summary>Tells every observer that announcements may have been lost.</summary>
    public void InterruptAll()
    {
        Volatile.Write(ref _interruptAll, true);
        Wake();
    }

    /// <summary>Tells one observer that it may have missed something.</summary>
    public void Interrupt(LocalSubscription subscription)
    {
        _toInterrupt.Enqueue(subscription);
        Wake();
    }

    /// <summary>Ends the loop when it has handed over what waits.</summary>
    public void Complete() => _arrived.Writer.TryComplete();

    public async Task RunAsync()
    {
        while (await _arrived.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            do
            {
                Signal();
            }
            while (TryDispatchNext());
        }
    }

    // An empty message only ends the wait. When it does not fit the loop is not waiting.
    private void Wake() => _arrived.Writer.TryWrite([]);

    private bool TryDispatchNext()
    {
        if (!_arrived.Reader.TryRead(out byte[]? message))
        {
            return false;
        }

        Interlocked.Add(ref _bytes, -message.Length);
        if (message.Length > 0)
        {
            Dispatch(message);
        }

        return true;
    }

    private void Signal()
    {
        if (Interlocked.Exchange(ref _overflowed, false))
        {
            DropAll();
            Volatile.Write(ref _interruptAll, true);
        }

        if (Interlocked.Exchange(ref _interruptAll, false))
        {
            Counters.CountInterruption();
            foreach (StreamInterest interest in _interests.All)
            {
                foreach (LocalSubscription subscription in interest.Subscriptions)
                {
                    subscription.OnInterrupted();
                }
            }
        }

        while (_toInterrupt.TryDequeue(out LocalSubscription? one))
        {
            one.OnInterrupted();
        }
    }

    // Everybody reads the log now anyway. Dropping all keeps a lasting overload from calling for that over and over.
    private void DropAll()
    {
        long waited = 0;
        while (_arrived.Reader.TryRead(out byte[]? message))
        {
            Interlocked.Add(ref _bytes, -message.Length);
            waited += message.Length > 0 ? 1 : 0;
        }

        Counters.CountDropped(waited);
        StreamLog.Overflowed(Logger, waited + Interlocked.Exchange(ref _dropped, 0));
    }

    private void Dispatch(byte[] message)
    {
        if (!AnnouncementFormat.TryRead(message, out Arrival arrival))
        {
            Malformed(message);
            return;
        }

        // None: the last observer left and the news of it has not reached the publisher yet.
        if (_interests.Find(arrival.Stream) is not { } interest)
        {
            return;
        }

        if (!interest.Name.CarriesAnnouncements && arrival.Kind == AnnouncementFormat.Item)
        {
            foreach (LocalSubscription subscription in interest.Subscriptions)
            {
                subscription.OnItem(message.AsSpan(arrival.PayloadAt));
            }
        }
        else if (interest.Name.CarriesAnnouncements && AnnouncementFormat.TryKind(arrival.Kind, out AnnouncementKind kind))
        {
            Announcement announcement = new(
                kind, message.AsMemory(arrival.PayloadAt), interest.InternEpoch(arrival.Epoch), arrival.Seq, Encoding.UTF8.GetString(arrival.From));
            foreach (LocalSubscription subscription in interest.Subscriptions)
            {
                subscription.OnAnnouncement(announcement);
            }
        }
        else
        {
            Malformed(message);
        }
    }

    private void Malformed(byte[] message)
    {
        Counters.CountMalformed();
        StreamLog.Malformed(Logger, message.Length);
    }
}
