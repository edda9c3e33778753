using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using OrleansChat.Gateway.FrontEnds.Rest.Table;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.Rest.Requests;

/// <summary>
/// Bounds on how often an address may try passwords or make accounts, and on how many commands a person may issue without a session.
/// Counters that are full again are dropped, so that many addresses do not fill the memory. All of them share one limiter, made for the first
/// that is needed: each limiter has a timer that goes ten times a second for as long as the process lives.
/// </summary>
internal sealed class RestLimits : IDisposable
{
    private const int ArrivalsPerMinute = 1_200;
    private const int BurstSeconds = 4;
    private const int StepsPerSecond = 10;
    private const int Ipv6NetworkBytes = 8;

    // A minute is counted from its first attempt: half of it is what a caller has to wait on average.
    private static readonly TimeSpan CommonPause = TimeSpan.FromSeconds(30);

    // What persons are counted by, who have no limit for addresses.
    private const AddressLimit Commands = AddressLimit.None;

    private readonly ISignInAttempts _attempts;
    private readonly Dictionary<AddressLimit, TokenBucketRateLimiterOptions> _buckets = [];
    private readonly Lazy<PartitionedRateLimiter<Counter>> _counters;

    public RestLimits(ISignInAttempts attempts, GatewayOptions options)
    {
        _attempts = attempts;
        ChatLimits limits = options.Limits;
        int arrivals = limits.CommandsPerSecond == 0 ? 0 : ArrivalsPerMinute;
        LimitPerMinute(AddressLimit.SignIns, limits.SignInAttemptsPerAddress);
        LimitPerMinute(AddressLimit.Registrations, arrivals);
        LimitPerMinute(AddressLimit.Guests, arrivals);
        LimitPerSecond(Commands, limits.CommandsPerSecond);
        _counters = new(() => PartitionedRateLimiter.Create<Counter, Counter>(
            counter => RateLimitPartition.GetTokenBucketLimiter(counter, of => _buckets[of.Limit])));
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
        return Refuse(limit, network) is { } wait ? wait
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
        if (_buckets.ContainsKey(AddressLimit.SignIns))
        {
            using RateLimitLease lease = _counters.Value.AttemptAcquire(new Counter(AddressLimit.SignIns, network), right ? 0 : 1);
            if (!lease.IsAcquired)
            {
                return false;
            }
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
    public TimeSpan? Refuse(string user) => Refuse(Commands, user);

    public void Dispose()
    {
        if (_counters.IsValueCreated)
        {
            _counters.Value.Dispose();
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

    private TimeSpan? Refuse(AddressLimit limit, string who)
    {
        if (!_buckets.ContainsKey(limit))
        {
            return null;
        }

        using RateLimitLease lease = _counters.Value.AttemptAcquire(new Counter(limit, who));
        return lease.IsAcquired ? null
            : lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) ? wait
            : TimeSpan.FromSeconds(1);
    }

    private void LimitPerMinute(AddressLimit limit, int permitted)
    {
        if (permitted > 0)
        {
            _buckets[limit] = Bucket(permitted, TimeSpan.FromMinutes(1) / permitted, 1);
        }
    }

    private void LimitPerSecond(AddressLimit limit, int permitted)
    {
        if (permitted > 0)
        {
            _buckets[limit] = Bucket(permitted * BurstSeconds, TimeSpan.FromSeconds(1) / StepsPerSecond, Math.Max(1, permitted / StepsPerSecond));
        }
    }

    private static TokenBucketRateLimiterOptions Bucket(int size, TimeSpan period, int refill) => new()
    {
        TokenLimit = size,
        ReplenishmentPeriod = period,
        TokensPerPeriod = refill,
        QueueLimit = 0,
    };

    private readonly record struct Counter(AddressLimit Limit, string Who);
}
