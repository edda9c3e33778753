using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using OrleansChat.Gateway.FrontEnds.Rest.Table;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.Rest.Requests;

/// <summary>
/// Bounds on how often an address may try passwords or make accounts, and on how many commands a person may issue without a session.
/// Counters that are full again are dropped, so that many addresses do not fill the memory.
/// </summary>
internal sealed class RestLimits : IDisposable
{
    private const int ArrivalsPerMinute = 1_200;
    private const int BurstSeconds = 4;
    private const int StepsPerSecond = 10;
    private const int Ipv6NetworkBytes = 8;

    // A minute is counted from its first attempt: half of it is what a caller has to wait on average.
    private static readonly TimeSpan CommonPause = TimeSpan.FromSeconds(30);

    private readonly ISignInAttempts _attempts;
    private readonly Dictionary<AddressLimit, PartitionedRateLimiter<string>> _byAddress;
    private readonly PartitionedRateLimiter<string> _commands;

    public RestLimits(ISignInAttempts attempts, GatewayOptions options)
    {
        _attempts = attempts;
        ChatLimits limits = options.Limits;
        int arrivals = limits.CommandsPerSecond == 0 ? 0 : ArrivalsPerMinute;
        _byAddress = new Dictionary<AddressLimit, PartitionedRateLimiter<string>>
        {
            [AddressLimit.SignIns] = PerMinute(limits.SignInAttemptsPerAddress),
            [AddressLimit.Registrations] = PerMinute(arrivals),
            [AddressLimit.Guests] = PerMinute(arrivals),
        };
        _commands = PerSecond(limits.CommandsPerSecond);
    }

    /// <summary>
    /// Counts a request of an address. Null when it may go on; else when it may come again. Attempts to sign in are counted over all nodes
    /// too, once this node has nothing against them: a flood does not reach storage.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Storage did not answer.</exception>
    public async ValueTask<TimeSpan?> RefuseAsync(AddressLimit limit, IPAddress? address)
    {
        if (limit == AddressLimit.None)
        {
            return null;
        }

        string network = Network(address);
        return Refuse(_byAddress[limit], network) is { } wait ? wait
            : limit != AddressLimit.SignIns || await _attempts.TryTakeFromAsync(network) ? null
            : CommonPause;
    }

    /// <summary>
    /// Whether an address may still try keys of the RESP door, out of the same number. Wrong ones count, so that a back end may open as many
    /// connections as it likes; beyond the number the right one is refused like any other. While storage is away, this node's own count has to do.
    /// </summary>
    public async ValueTask<bool> PermitsKeyAsync(IPAddress? address, bool right)
    {
        string network = Network(address);
        using RateLimitLease lease = _byAddress[AddressLimit.SignIns].AttemptAcquire(network, right ? 0 : 1);
        if (!lease.IsAcquired)
        {
            return false;
        }

        try
        {
            return right ? await _attempts.HasLeftAsync(network) : await _attempts.TryTakeFromAsync(network);
        }
        catch (StorageUnavailableException)
        {
            return true;
        }
    }

    /// <summary>Counts a command of a person. Null when it may go on; else when it may come again.</summary>
    public TimeSpan? Refuse(string user) => Refuse(_commands, user);

    public void Dispose()
    {
        _commands.Dispose();
        foreach (PartitionedRateLimiter<string> limiter in _byAddress.Values)
        {
            limiter.Dispose();
        }
    }

    /// <summary>What counts as one client: an IPv4 address, or the /64 that a provider gives to one customer.</summary>
    internal static string Network(IPAddress? address)
    {
        if (address is null)
        {
            return "local";
        }

        if (address.IsIPv4MappedToIPv6 || address.AddressFamily == AddressFamily.InterNetwork)
        {
            return address.MapToIPv4().ToString();
        }

        return Convert.ToHexString(address.GetAddressBytes().AsSpan(0, Ipv6NetworkBytes));
    }

    private static TimeSpan? Refuse(PartitionedRateLimiter<string> limiter, string key)
    {
        using RateLimitLease lease = limiter.AttemptAcquire(key);
        return lease.IsAcquired ? null
            : lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) ? wait
            : TimeSpan.FromSeconds(1);
    }

    private static PartitionedRateLimiter<string> PerMinute(int permitted) =>
        Bucket(permitted, permitted == 0 ? default : TimeSpan.FromMinutes(1) / permitted, 1);

    private static PartitionedRateLimiter<string> PerSecond(int permitted) =>
        Bucket(permitted * BurstSeconds, TimeSpan.FromSeconds(1) / StepsPerSecond, Math.Max(1, permitted / StepsPerSecond));

    private static PartitionedRateLimiter<string> Bucket(int size, TimeSpan period, int refill) =>
        PartitionedRateLimiter.Create<string, string>(key => size == 0
            ? RateLimitPartition.GetNoLimiter(key)
            : RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = size,
                ReplenishmentPeriod = period,
                TokensPerPeriod = refill,
                QueueLimit = 0,
            }));
}
