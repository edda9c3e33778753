using OrleansChat.Telemetry;

namespace OrleansChat.Gateway.Sessions;

/// <summary>
/// The sends of all clients of this node that wait for their answer, whatever door, session and conversation they are of: so many, and so many
/// bytes, at most (invariant I7). Sessions and conversations have bounds of their own, but there is no bound on how many of those there are;
/// without this one, a Redis that stands still or is offered more than it can do would cost memory without end. What comes beyond is refused at
/// once, before anything of it is kept: it has surely not been stored, and may come again.
/// </summary>
internal sealed partial class SendBacklog(GatewayOptions options, TimeProvider time, ILogger<SendBacklog> logger)
{
    // Count and bytes stand in one number, so that a send costs one interlocked operation before and one after.
    private const int BytesBits = 40;
    private const long One = 1L << BytesBits;
    private const long BytesMask = One - 1;
    private const long Never = -1;

    private static readonly TimeSpan LogEvery = TimeSpan.FromSeconds(10);

    private readonly int _most = options.Limits.NodePendingSends;
    private readonly int _mostBytes = options.Limits.NodePendingBytes;
    private long _taken;
    private long _refused;
    private long _loggedAt = Never;

    /// <summary>What is answered to a send for which there is no room.</summary>
    public static ChatError Full { get; } = ChatError.RateLimited.Because("Too many messages wait on this node; send it again in a moment.");

    /// <summary>How many sends wait.</summary>
    public long Count => Volatile.Read(ref _taken) >> BytesBits;

    /// <summary>How many bytes their contents have.</summary>
    public long Bytes => Volatile.Read(ref _taken) & BytesMask;

    /// <summary>Takes a place for a send, to be given back by <see cref="Leave"/>. False when there is none. A send that is alone always has one.</summary>
    /// <param name="bytes">The size of its content.</param>
    public bool TryEnter(int bytes)
    {
        long taken = Interlocked.Add(ref _taken, One + bytes);
        long count = taken >> BytesBits;
        if ((count <= _most && (taken & BytesMask) <= _mostBytes) || count == 1)
        {
            return true;
        }

        Leave(bytes);
        Refused(count - 1, (taken & BytesMask) - bytes);
        return false;
    }

    /// <summary>The send was answered.</summary>
    /// <param name="bytes">The size of its content, as it came in.</param>
    public void Leave(int bytes) => Interlocked.Add(ref _taken, -(One + bytes));

    private void Refused(long count, long bytes)
    {
        ChatMetrics.Shed();
        long refused = Interlocked.Increment(ref _refused);
        long loggedAt = Volatile.Read(ref _loggedAt);
        if (loggedAt == Never || time.GetElapsedTime(loggedAt) >= LogEvery)
        {
            // One of those who come here at once.
            if (Interlocked.CompareExchange(ref _loggedAt, time.GetTimestamp(), loggedAt) == loggedAt)
            {
                LogFull(count, bytes, refused);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sends are refused: {Count} of {Bytes} bytes wait for storage on this node; {Refused} refused since its start")]
    private partial void LogFull(long count, long bytes, long refused);
}
