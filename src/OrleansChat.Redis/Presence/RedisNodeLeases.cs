using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansChat.Presence;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Users;
using StackExchange.Redis;

namespace OrleansChat.Redis.Presence;

/// <summary>
/// The lives of nodes over Redis: a key that expires, and the set of ids that have to be looked after. A lease that ended is never
/// revived: RenewAsync only lengthens what is there, since a sweep may have begun the moment it was gone.
/// </summary>
internal sealed partial class RedisNodeLeases(
    RedisConnection redis, IOptions<LeaseOptions> leases, IOptions<UserTimes> times, ILogger<RedisNodeLeases> logger) : INodeLeases
{
    private static readonly RedisScript Acquire = RedisScript.Load("node-acquire");

    private readonly NodeSweep _sweep = new(redis, new SessionBook(redis, times));

    /// <inheritdoc />
    public async Task<bool> AcquireAsync(string node)
    {
        RedisResult taken = await redis.EvaluateAsync(
            Acquire,
            [RedisKeys.Lease(node), RedisKeys.EndedNode(node), RedisKeys.Follows(node), RedisKeys.NodeSessions(node)],
            [leases.Value.DurationMilliseconds]).ConfigureAwait(false);
        if (!taken.IsOne())
        {
            return false;
        }

        // The lease comes first: an id without one may be swept at any moment. Nothing else exists yet when the process stops here.
        if ((await redis.ExecuteAsync("SADD", RedisKeys.Nodes, node).ConfigureAwait(false)).IsOne())
        {
            return true;
        }

        // A node of this id died and was not swept yet.
        await redis.ExecuteAsync("DEL", RedisKeys.Lease(node)).ConfigureAwait(false);
        return false;
    }

    /// <inheritdoc />
    public async Task<bool> RenewAsync(string node) =>
        (await redis.ExecuteAsync("PEXPIRE", RedisKeys.Lease(node), leases.Value.DurationMilliseconds).ConfigureAwait(false)).IsOne();

    /// <inheritdoc />
    public async Task ReleaseAsync(string node)
    {
        await redis.ExecuteAsync("DEL", RedisKeys.Lease(node)).ConfigureAwait(false);
        await _sweep.RunAsync(node).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<int> SweepAsync()
    {
        string[] nodes = (await redis.ExecuteAsync("SMEMBERS", RedisKeys.Nodes).ConfigureAwait(false)).Texts();
        RedisResult[] alive = await Task.WhenAll(nodes.Select(node => redis.ExecuteAsync("EXISTS", RedisKeys.Lease(node)))).ConfigureAwait(false);
        int swept = 0;
        for (int i = 0; i < nodes.Length; i++)
        {
            if (!alive[i].IsOne() && await _sweep.RunAsync(nodes[i]).ConfigureAwait(false))
            {
                swept++;
                LogSwept(nodes[i]);
            }
        }

        return swept;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node} ended without saying so; what belonged to it was removed.")]
    private partial void LogSwept(string node);
}
