using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using OrleansChat.Gateway.FrontEnds.Rest.Table;

namespace OrleansChat.Gateway.FrontEnds.Rest.Requests;

/// <summary>
/// Bounds on how often an address may try passwords or make accounts, and on how many commands a person may issue without a session.
/// Counters that are full again are dropped, so that many addresses do not fill the memory.
/// </summary>
internal sealed class RestLimits : IDisposable
{
    private const int AccountsPerAddress = 6;
    private const int ArrivalsPerMinute = 1_200;
    private const int BurstSeconds = 4;
    private const int StepsPerSecond = 10;
    private const int Ipv6NetworkBytes = 8;

    private readonly Dictionary<AddressLimit, PartitionedRateLimiter<string>> _byAddress;
    private readonly PartitionedRateLimiter<string> _commands;

    public RestLimits(GatewayOptions options)
    {
        ChatLimits limits = options.Limits;
        int arrivals = limits.CommandsPerSecond == 0 ? 0 : ArrivalsPerMinute;
        _byAddress = new Dictionary<AddressLimit, PartitionedRateLimiter<string>>
        {
            [AddressLimit.SignIns] = PerMinute(limits.SignInAttempts * AccountsPerAddress),
            [AddressLimit.Registrations] = PerMinute(arrivals),
            [AddressLimit.Guests] = PerMinute(arrivals),
        };
        _commands = PerSecond(limits.CommandsPerSecond);
    }

    /// <summary>Counts a request of an address. Null when it may go on; else when it may come again.</summary>
    public TimeSpan? Refuse(AddressLimit limit, IPAddress? address) =>
        limit == AddressLimit.None ? null : Refuse(_byAddress[limit], Network(address));

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
