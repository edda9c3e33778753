using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using OrleansChat.Streams;

namespace OrleansChat.Redis.Streams;

/// <summary>
/// Hands what came in over the node's channel to the local observers, in order of arrival and one at a time, on the thread of whoever asks
/// for it first. What waits is bounded: when observers cannot keep up all that waits is dropped and everybody is told to look at the log,
/// where the truth is.
/// </summary>
internal sealed class Dispatcher : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<byte[]> _arrived = new();
    private readonly ConcurrentQueue<LocalSubscription> _toInterrupt = new();
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StreamInterests _interests;
    private long _asked;
    private long _waiting;
    private long _bytes;
    private long _dropped;
    private bool _interruptAll;
    private bool _overflowed;
    private bool _completing;

    public Dispatcher(StreamInterests interests, StreamCounters counters)
    {
        _interests = interests;
        Options = interests.Options;
        Logger = interests.Logger;
        Counters = counters;
    }

    public RedisStreamOptions Options { get; }

    public StreamCounters Counters { get; }

    public ILogger Logger { get; }

    /// <summary>
    /// Takes a message from the channel; never waits. It is handed over with the next <see cref="HandOver"/> or <see cref="Wake"/>, so that
    /// what came together is handed over together.
    /// </summary>
    public void Arrived(byte[] message)
    {
        bool fits = Interlocked.Increment(ref _waiting) <= Options.QueueLength;
        if (Interlocked.Add(ref _bytes, message.Length) <= Options.QueueBytes && fits)
        {
            _arrived.Enqueue(message);
            return;
        }

        Left(message);
        Interlocked.Increment(ref _dropped);
        Counters.CountDropped();
        Volatile.Write(ref _overflowed, true);
    }

    /// <summary>Hands over what waits, here and now; when another thread is at it already, that one goes on with it.</summary>
    public void HandOver()
    {
        if (Interlocked.Increment(ref _asked) == 1)
        {
            Run();
        }
    }

    /// <summary>Lets what waits be handed over on the pool.</summary>
    public void Wake()
    {
        if (Interlocked.Increment(ref _asked) == 1)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
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

    /// <summary>Ends when everything that waits was handed over.</summary>
    public Task CompleteAsync()
    {
        Volatile.Write(ref _completing, true);
        Wake();
        return _completed.Task;
    }

    void IThreadPoolWorkItem.Execute() => Run();

    // Only one at a time: whoever was the first to ask. Who asks meanwhile has put in before what is to be handed over.
    private void Run()
    {
        long seen;
        do
        {
            seen = Interlocked.Read(ref _asked);
            do
            {
                Signal();
            }
            while (TryDispatchNext());

            if (Volatile.Read(ref _completing))
            {
                _completed.TrySetResult();
            }
        }
        while (Interlocked.Add(ref _asked, -seen) > 0);
    }

    private bool TryDispatchNext()
    {
        if (!_arrived.TryDequeue(out byte[]? message))
        {
            return false;
        }

        Left(message);
        Dispatch(message);
        return true;
    }

    private void Left(byte[] message)
    {
        Interlocked.Decrement(ref _waiting);
        Interlocked.Add(ref _bytes, -message.Length);
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
        while (_arrived.TryDequeue(out byte[]? message))
        {
            Left(message);
            waited++;
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
