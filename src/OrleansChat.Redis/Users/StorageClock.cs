using OrleansChat.Redis.Connections;

namespace OrleansChat.Redis.Users;

/// <summary>
/// The clock that stored times are taken from. Clocks of nodes are neither stored nor compared. On a cluster each master has its own:
/// what is compared with a user's times has to come from the one that holds the user.
/// </summary>
internal sealed class StorageClock(RedisConnection redis)
{
    private static readonly RedisScript Clock = RedisScript.Load("clock");

    /// <summary>Unix milliseconds.</summary>
    public async Task<long> NowAsync(string user) =>
        (await redis.EvaluateAsync(Clock, [RedisKeys.Account(user)], []).ConfigureAwait(false)).Number();

    /// <summary>
    /// Waits until the clock is past a mark that it just gave, which takes less than a millisecond. Tokens issued in the millisecond of
    /// a revocation are void; whoever signs in after the revocation returned must not be taken for one from before.
    /// </summary>
    public async Task PassAsync(string user, long mark)
    {
        // Bounded, because a clock that was set back would keep the caller waiting.
        for (int looks = 0; looks < 100 && await NowAsync(user).ConfigureAwait(false) <= mark; looks++)
        {
        }
    }
}
