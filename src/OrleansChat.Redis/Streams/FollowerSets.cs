using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Pipelines;
using StackExchange.Redis;

namespace OrleansChat.Redis.Streams;

/// <summary>
/// Notes in Redis which node follows which stream, on both sides. The node's side comes first and goes last, so that whoever sweeps
/// a dead node finds all that has to be removed.
/// </summary>
internal sealed class FollowerSets(RedisConnection redis)
{
    private static readonly RedisScript Note = RedisScript.Load("stream-note");
    private static readonly RedisScript Follow = RedisScript.Load("stream-follow");
    private static readonly RedisScript Unfollow = RedisScript.Load("stream-unfollow");

    // Where one server holds both sides. What is noted with a conversation is not a set.
    private static readonly RedisScript FollowSet = RedisScript.Load("stream-follow-set");
    private static readonly RedisScript LeaveSet = RedisScript.Load("stream-leave-set");

    /// <summary>Notes that a node follows a stream. True when something of it was not noted before.</summary>
    /// <exception cref="StorageUnavailableException">It may or may not have been noted; or the node was swept and has to take a new id.</exception>
    public async Task<bool> AddAsync(string node, StreamName stream)
    {
        if (!stream.IsConversation && await NumberStep.TryRunAsync(
            redis.Sessions,
            FollowSet,
            [RedisKeys.EndedNode(node), RedisKeys.Follows(node), stream.Nodes],
            [stream.Member, node]).ConfigureAwait(false) is { } noted)
        {
            return noted >= 0 ? noted > 0 : throw Swept(node);
        }

        RedisResult follows = await redis.EvaluateAsync(Note, [RedisKeys.EndedNode(node), RedisKeys.Follows(node)], [stream.Member]).ConfigureAwait(false);
        if ((long)follows < 0)
        {
            throw Swept(node);
        }

        RedisResult nodes = stream.IsConversation
            ? await redis.EvaluateAsync(Follow, [stream.Nodes], [node]).ConfigureAwait(false)
            : await redis.ExecuteAsync("SADD", stream.Nodes, node).ConfigureAwait(false);
        return (long)follows + (long)nodes > 0;
    }

    /// <summary>Notes that a node no longer follows a stream.</summary>
    /// <exception cref="StorageUnavailableException">It may or may not have been noted.</exception>
    public async Task RemoveAsync(string node, StreamName stream)
    {
        if (!stream.IsConversation && await NumberStep.TryRunAsync(
            redis.Sessions, LeaveSet, [RedisKeys.Follows(node), stream.Nodes], [stream.Member, node]).ConfigureAwait(false) is not null)
        {
            return;
        }

        if (stream.IsConversation)
        {
            await redis.EvaluateAsync(Unfollow, [stream.Nodes], [node]).ConfigureAwait(false);
        }
        else
        {
            await redis.ExecuteAsync("SREM", stream.Nodes, node).ConfigureAwait(false);
        }

        await redis.ExecuteAsync("SREM", RedisKeys.Follows(node), stream.Member).ConfigureAwait(false);
    }

    private static StorageUnavailableException Swept(string node) =>
        new($"Node {node} was swept and follows nothing before it has a new id.");
}
