using OrleansChat.Conversations;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Telemetry;
using OrleansChat.Users;

namespace OrleansChat.Gateway.Sessions;

/// <summary>
/// One connected client, whatever door it came through: who it is, what waits to be sent to it, which conversations it hears.
/// The door reads commands and writes the queue; it never touches feeds.
/// </summary>
internal sealed class ChatSession : IDisposable
{
    /// <summary>A number beyond every log's end.</summary>
    public const long EndOfLog = 1L << 52;

    private readonly CancellationTokenSource _closed = new();
    private readonly int _maxInFlight;
    private CloseReason? _reason;
    private SilencedSends? _silenced;
    private int _inFlight;
    private long _quietSince;
    private bool _hasSpoken;
    private volatile bool _touched;

    public ChatSession(string id, TokenClaims token, string node, ChatLimits limits, SessionServices services)
    {
        Id = id;
        Caller = new Caller(new Actor(token.User, token.Incarnation, node), token, this);
        Queue = new OutboundQueue(limits.QueueBytes, limits.QueueEvents);
        Conversations = new SessionConversations(this, services);
        Commands = new RateLimit(services.Time, limits.CommandsPerSecond);
        _maxInFlight = limits.InFlightSends;
    }

    public string Id { get; }

    /// <summary>What logs call it: enough to tell sessions apart, too little to pass for one.</summary>
    public string LogId => Id[..Math.Min(Id.Length, 8)];

    public Caller Caller { get; }

    public string User => Caller.Actor.User;

    public OutboundQueue Queue { get; }

    public SessionConversations Conversations { get; }

    /// <summary>How fast this session may issue commands.</summary>
    public RateLimit Commands { get; }

    /// <summary>Signals that the session is over, for whatever reason.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>Why the session is over; null while it is not.</summary>
    public CloseReason? Reason => Volatile.Read(ref _reason);

    /// <summary>How long the client should wait before it comes back, in milliseconds; decided with the reason.</summary>
    public int ReturnAfter { get; private set; }

    /// <summary>Sends that wait for their acknowledgement.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Puts an event into the queue; a full queue ends the session, which resumes from the log.</summary>
    public void Deliver(ChatEvent chatEvent)
    {
        if (!Queue.TryAdd(chatEvent))
        {
            Close(CloseReason.Slow);
        }
    }

    /// <summary>A command came.</summary>
    public void Touch() => _touched = true;

    /// <summary>Whether no command came for so long. Commands are noticed by asking, from one place and often enough.</summary>
    public bool IsIdle(TimeProvider time, TimeSpan patience)
    {
        if (_touched)
        {
            _touched = false;
            _hasSpoken = true;
            _quietSince = time.GetTimestamp();
            return false;
        }

        return _hasSpoken && time.GetElapsedTime(_quietSince) >= patience;
    }

    /// <summary>The refusal of a send beyond those that may be unacknowledged.</summary>
    public static ChatError TooManySends { get; } = ChatError.RateLimited.Because("Too many sends wait for their acknowledgement.");

    /// <summary>Takes one of the places for unacknowledged sends. False when all are taken.</summary>
    public bool TryBeginSend()
    {
        if (Interlocked.Increment(ref _inFlight) <= _maxInFlight)
        {
            return true;
        }

        Interlocked.Decrement(ref _inFlight);
        return false;
    }

    /// <summary>Counts a send among the unacknowledged ones of a door that bounds them itself.</summary>
    public void BeginSend() => Interlocked.Increment(ref _inFlight);

    /// <summary>Remembers a message that this session is about to send and does not want to hear.</summary>
    public void Silence(string clientId) =>
        (_silenced ?? Interlocked.CompareExchange(ref _silenced, new SilencedSends(_maxInFlight * 2), null) ?? _silenced).Add(clientId);

    /// <summary>Whether this is a message that the session asked not to hear.</summary>
    public bool IsSilenced(MessageHead head) => _silenced is { } silenced && silenced.Contains(head, User);

    public void EndSend() => EndSends(1);

    /// <summary>Gives places back.</summary>
    public void EndSends(int count) => Interlocked.Add(ref _inFlight, -count);

    /// <summary>Ends the session. The first reason counts. What waits for a slow client is dropped: it is in the log.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="crowd">How many sessions end together: their clients come back spread over time.</param>
    public void Close(CloseReason reason, int crowd = 1)
    {
        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
        {
            ReturnAfter = ReturnPause.For(reason, crowd);
            ChatMetrics.Closed(reason.Name);
            Queue.Complete(drop: reason != CloseReason.Shutdown);

            // Off this thread: it may be in the middle of a fan-out, under a feed's lock.
            _ = _closed.CancelAsync();
        }
    }

    public void Dispose() => _closed.Dispose();
}
