using System.Diagnostics;
using Orleans.Streams;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Streams;
using OrleansChat.Telemetry;

namespace OrleansChat.Gateway.Delivery;

/// <summary>
/// One conversation on this node: puts what is announced, and what this node's own sends return, into the order of the numbers, drops
/// repeats, reads gaps from the log, applies changes of membership by number, and hands each entry to the local sessions once
/// (invariants I5 and I8). Nothing waits under the lock.
/// </summary>
internal sealed partial class ConversationFeed : IAsyncObserver<Announcement>
{
    private const int MaxAhead = 1024;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, Entry> _ahead = [];
    private readonly IMessageLog _log;
    private readonly SemaphoreSlim _repairs;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private Subscription[] _subscriptions = [];
    private DeliveryTrace? _trace;
    private string _epoch = string.Empty;
    private long _last;
    private long _lastAt;
    private bool _ready;
    private bool _suspect;
    private bool _doubted;
    private bool _repairing;
    private bool _stopped;

    /// <param name="id">The conversation.</param>
    /// <param name="log">Where gaps are read.</param>
    /// <param name="repairs">Bounds how many feeds of this node read at once: after an interruption all of them want to.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log of faults.</param>
    public ConversationFeed(ConversationId id, IMessageLog log, SemaphoreSlim repairs, TimeProvider time, ILogger logger)
    {
        _repairs = repairs;
        Id = id;
        _log = log;
        _time = time;
        _logger = logger;
    }

    public ConversationId Id { get; }

    /// <summary>Called under the lock after each entry that was handed out, and when the log turned out to be another one.</summary>
    public event Action<ConversationFeed>? Moved;

    /// <summary>Called when what is consumed of the conversation as a queue changed without a new entry.</summary>
    public event Action<ConversationFeed>? QueueChanged;

    /// <summary>Gaps that were read from the log, for metrics and tests.</summary>
    public long Repairs { get; private set; }

    /// <summary>Begins where the log ends. Called once, with what was read after the stream had been subscribed to, so that nothing falls between.</summary>
    public void Start(KnownPosition end)
    {
        lock (_gate)
        {
            _epoch = end.Epoch;
            _last = end.Seq;
            _ready = true;
            OfferStashed();
            if (_suspect)
            {
                RequestRepair();
            }
        }
    }

    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            _ahead.Clear();
        }
    }

    public void Add(Subscription subscription)
    {
        lock (_gate)
        {
            if (subscription.State != SubscriptionState.Ended)
            {
                _subscriptions = [.. _subscriptions, subscription];
            }
        }
    }

    public void Remove(Subscription subscription)
    {
        lock (_gate)
        {
            End(subscription);
        }
    }

    /// <summary>Moves a subscription's place while it does not hear.</summary>
    public bool TryPlace(Subscription subscription, string epoch, long cursor)
    {
        lock (_gate)
        {
            if (subscription.State is not (SubscriptionState.Held or SubscriptionState.Waiting))
            {
                return false;
            }

            subscription.Epoch = epoch;
            subscription.Cursor = cursor;
            return true;
        }
    }

    /// <summary>Lets a held subscription wait for its user to become a member.</summary>
    public void Wait(Subscription subscription)
    {
        lock (_gate)
        {
            if (subscription.State == SubscriptionState.Held)
            {
                subscription.State = SubscriptionState.Waiting;
            }
        }
    }

    /// <summary>Lets a subscription begin to read what it missed.</summary>
    public bool TryBegin(Subscription subscription)
    {
        lock (_gate)
        {
            if (subscription.State is not (SubscriptionState.Held or SubscriptionState.Waiting))
            {
                return false;
            }

            subscription.State = SubscriptionState.Behind;
            return true;
        }
    }

    /// <summary>Puts a replayed entry into the session's queue. False when the subscription is over.</summary>
    public bool TryReplay(Subscription subscription, LogEntry entry)
    {
        lock (_gate)
        {
            if (subscription.State != SubscriptionState.Behind)
            {
                return false;
            }

            if (entry.Seq == subscription.Cursor + 1)
            {
                subscription.Cursor = entry.Seq;
                if (!MessageJson.TryReadHead(entry.Message.Span, out MessageHead head) || !subscription.Session.IsSilenced(head))
                {
                    subscription.Session.Deliver(ChatEvent.OfMessage(Id.Value, entry.Seq, entry.Message));
                }
            }

            return true;
        }
    }

    /// <summary>From here on the subscription hears entries as they come, if it has everything that this feed has handed out.</summary>
    public bool TryGoLive(Subscription subscription)
    {
        lock (_gate)
        {
            // A feed in another epoch has not heard yet that the log was rolled back: its numbers are not this subscription's.
            if (subscription.State != SubscriptionState.Behind || subscription.Cursor < _last || subscription.Epoch != _epoch)
            {
                return subscription.State == SubscriptionState.Ended;
            }

            subscription.State = SubscriptionState.Live;
            return true;
        }
    }

    /// <summary>Takes an entry, from an announcement or from the answer to a send of this node.</summary>
    /// <param name="epoch">The log's epoch.</param>
    /// <param name="seq">The entry's number.</param>
    /// <param name="message">The entry.</param>
    /// <param name="trace">Its trace, if it is traced.</param>
    public void Offer(string epoch, long seq, ReadOnlyMemory<byte> message, DeliveryTrace? trace = null)
    {
        using ReaderWakes.Gathering gathering = ReaderWakes.Gather();
        lock (_gate)
        {
            _trace = trace;
            OfferLocked(epoch, seq, message);
            _trace = null;
        }
    }

    /// <summary>An entry is known to exist, or a send may have made one whose answer did not come: the log is read.</summary>
    public void Suspect(long seq = long.MaxValue)
    {
        lock (_gate)
        {
            if (seq > _last)
            {
                _suspect = true;
                RequestRepair();
            }
        }
    }

    /// <inheritdoc />
    public Task OnNextAsync(Announcement item, StreamSequenceToken? token = null)
    {
        switch (item.Kind)
        {
            case AnnouncementKind.Entries:
                OfferLines(item);
                break;
            case AnnouncementKind.Event when ChatEvent.Parse(item.Payload, Id.Value) is { } chatEvent:
                Tell(chatEvent, item.From);
                break;
            case AnnouncementKind.Queue:
                QueueChanged?.Invoke(this);
                break;
            case AnnouncementKind.Interrupted:
                Suspect();
                QueueChanged?.Invoke(this);
                break;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task OnErrorAsync(Exception ex)
    {
        Suspect();
        return Task.CompletedTask;
    }

    private void OfferLines(Announcement entries)
    {
        using Activity? delivery = ChatTraces.BeginDelivery(entries.From);
        DeliveryTrace? trace = delivery is null ? null : new DeliveryTrace(delivery.Context);
        ReadOnlyMemory<byte> rest = entries.Payload;
        using ReaderWakes.Gathering gathering = ReaderWakes.Gather();
        lock (_gate)
        {
            for (long seq = entries.Seq; !rest.IsEmpty; seq++)
            {
                int end = rest.Span.IndexOf((byte)'\n');
                _trace = trace;
                OfferLocked(entries.Epoch, seq, end < 0 ? rest : rest[..end]);
                rest = end < 0 ? default : rest[(end + 1)..];
            }

            _trace = null;
        }
    }

    private void OfferLocked(string epoch, long seq, ReadOnlyMemory<byte> message)
    {
        if (!_ready || epoch != _epoch)
        {
            if (_ready && !(_epoch.Length == 0 && _last == 0))
            {
                // Another life of the log, or a very late announcement of an earlier one: the log says which.
                _suspect = true;
                RequestRepair();
                return;
            }

            if (!_ready)
            {
                Stash(epoch, seq, message);
                return;
            }

            _epoch = epoch;
        }

        if (seq <= _last)
        {
            if (IsLaterThanLast(message))
            {
                _doubted = _suspect = true;
                RequestRepair();
            }

            return;
        }

        if (seq > _last + 1 || _doubted)
        {
            Stash(epoch, seq, message);
            RequestRepair();
            return;
        }

        Hand(seq, message);
        _trace = null;
        while (_ahead.Remove(_last + 1, out Entry next))
        {
            Hand(_last + 1, next.Message);
        }
    }

    // Times in a log never fall, so a number from before with a time later than the last entry's was given again: the log was rolled back,
    // and a node that never knew more went on with it. Nothing is handed out until the log has been compared with what was.
    private bool IsLaterThanLast(ReadOnlyMemory<byte> message) => MessageJson.TryReadHead(message.Span, out MessageHead head) && head.At > _lastAt;

    private void Stash(string epoch, long seq, ReadOnlyMemory<byte> message)
    {
        if (_ahead.Count < MaxAhead)
        {
            _ahead.TryAdd(seq, new Entry(epoch, message));
        }
        else
        {
            // Not kept, so nothing would tell later that it is missing.
            _suspect = true;
        }
    }

    private void OfferStashed()
    {
        foreach ((long seq, Entry entry) in _ahead.ToArray())
        {
            _ahead.Remove(seq);
            OfferLocked(entry.Epoch, seq, entry.Message);
        }
    }

    private readonly record struct Entry(string Epoch, ReadOnlyMemory<byte> Message);
}
