using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Streams;
using StackExchange.Redis;

namespace OrleansChat.Redis.Presence;

/// <summary>
/// Removes what belonged to one node whose lease is gone, in small parts. It may stop anywhere and run on several nodes at once:
/// an entry leaves the node's sets only after what it stands for is gone, and the node's id goes last.
/// </summary>
internal sealed class NodeSweep(RedisConnection redis, SessionBook book)
{
    private const int AtOnce = 64;

    private static readonly TimeSpan IdRemembered = TimeSpan.FromHours(1);
    private static readonly RedisScript End = RedisScript.Load("node-end");

    private readonly FollowerSets _followers = new(redis);

    /// <summary>Sweeps. The answer is whether this call removed the node; false when another did, or when something was added meanwhile.</summary>
    /// <exception cref="StorageUnavailableException">The rest is left for the next sweep.</exception>
    public async Task<bool> RunAsync(string node)
    {
        await EmptyAsync(RedisKeys.Follows(node), entry => UnfollowAsync(node, entry)).ConfigureAwait(false);
        await EmptyAsync(RedisKeys.NodeSessions(node), entry => CloseAsync(node, entry)).ConfigureAwait(false);
        RedisResult ended = await redis.EvaluateAsync(
            End,
            [RedisKeys.Lease(node), RedisKeys.EndedNode(node), RedisKeys.Follows(node), RedisKeys.NodeSessions(node)],
            [(long)IdRemembered.TotalMilliseconds]).ConfigureAwait(false);
        return ended.IsOne() && (await redis.ExecuteAsync("SREM", RedisKeys.Nodes, node).ConfigureAwait(false)).IsOne();
    }

    private async Task EmptyAsync(RedisKey set, Func<string, Task> remove)
    {
        while (true)
        {
            string[] entries = (await redis.ExecuteAsync("SRANDMEMBER", set, AtOnce).ConfigureAwait(false)).Texts();
            if (entries.Length == 0)
            {
                return;
            }

            await Task.WhenAll(entries.Select(remove)).ConfigureAwait(false);
            await redis.ExecuteAsync("SREM", [set, .. entries]).ConfigureAwait(false);
        }
    }

    private Task UnfollowAsync(string node, string entry) =>
        StreamName.TryParseMember(entry, out StreamName? stream) ? _followers.RemoveAsync(node, stream) : Task.CompletedTask;

    private Task CloseAsync(string node, string entry)
    {
        int slash = entry.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 ? book.CloseAsync(entry[..slash], entry[(slash + 1)..], node, again: true) : Task.CompletedTask;
    }
}
