using Orleans.Runtime;
using OrleansChat.Conversations;

namespace OrleansChat.Grains.Conversations;

/// <summary>
/// Marks are stored at once but announced at most once a second for each reader: the first right away, the last of a burst when its
/// second is over. Lives inside its grain.
/// </summary>
internal sealed class ReceiptThrottle(
    ConversationId id, IMessageLog log, TimeProvider time, Func<Func<CancellationToken, Task>, IGrainTimer> startTimer)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Announced> _recent = [];
    private IGrainTimer? _timer;

    public async Task<Result<Watermark>> MarkAsync(Actor actor, long seq, bool read)
    {
        bool wait = _recent.TryGetValue(actor.User, out Announced? last) && time.GetElapsedTime(last.At) < Interval;
        Result<Watermark> result = await log.MarkAsync(
            id, actor, seq, read, wait ? ReceiptAnnouncement.Never : ReceiptAnnouncement.IfChanged);
        if (!result.IsOk)
        {
            return result;
        }

        if (wait)
        {
            last!.Owed = actor;
        }
        else
        {
            _recent[actor.User] = new Announced(time.GetTimestamp());
        }

        _timer ??= startTimer(AnnounceOwedAsync);
        return result;
    }

    private async Task AnnounceOwedAsync(CancellationToken cancellation)
    {
        foreach ((string user, Announced last) in _recent.ToArray())
        {
            if (time.GetElapsedTime(last.At) < Interval)
            {
                continue;
            }

            _recent.Remove(user);
            if (last.Owed is { } actor)
            {
                _recent[user] = new Announced(time.GetTimestamp());
                await log.MarkAsync(id, actor, 0, read: true, ReceiptAnnouncement.Always);
            }
        }

        if (_recent.Count == 0)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private sealed class Announced(long at)
    {
        public long At { get; } = at;

        /// <summary>Somebody whose mark was not announced yet.</summary>
        public Actor? Owed { get; set; }
    }
}
