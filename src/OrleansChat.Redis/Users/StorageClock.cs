using System.Globalization;
using OrleansChat.Redis.Connections;

namespace OrleansChat.Redis.Users;

/// <summary>The clock that stored times are taken from. Clocks of nodes are neither stored nor compared.</summary>
internal sealed class StorageClock(RedisConnection redis)
{
    /// <summary>Unix milliseconds.</summary>
    public async Task<long> NowAsync()
    {
        string[] time = (await redis.ExecuteAsync("TIME").ConfigureAwait(false)).Texts();
        return (long.Parse(time[0], CultureInfo.InvariantCulture) * 1000) + (long.Parse(time[1], CultureInfo.InvariantCulture) / 1000);
    }

    /// <summary>
    /// Waits until the clock is past a mark that it just gave, which takes less than a millisecond. Tokens issued in the millisecond of
    /// a revocation are void; whoever signs in after the revocation returned must not be taken for one from before.
    /// </summary>
    public async Task PassAsync(long mark)
    {
        // Bounded, because a clock that was set back would keep the caller waiting.
        for (int looks = 0; looks < 100 && await NowAsync().ConfigureAwait(false) <= mark; looks++)
        {
        }
    }
}
