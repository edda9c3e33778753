namespace OrleansChat.Gateway.Sessions;

/// <summary>A token bucket: so many a second, with a burst of four seconds' worth. A rate of 0 permits everything. Not thread-safe: one reader's.</summary>
internal sealed class RateLimit(TimeProvider time, int perSecond)
{
    private const int BurstSeconds = 4;

    private double _tokens = perSecond * BurstSeconds;
    private long _filledAt = time.GetTimestamp();

    public bool TryTake()
    {
        if (perSecond == 0)
        {
            return true;
        }

        long now = time.GetTimestamp();
        _tokens = Math.Min(perSecond * BurstSeconds, _tokens + (time.GetElapsedTime(_filledAt, now).TotalSeconds * perSecond));
        _filledAt = now;
        if (_tokens < 1)
        {
            return false;
        }

        _tokens--;
        return true;
    }
}
