using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Pipelines;
using StackExchange.Redis;

namespace OrleansChat.Redis.Streams;

/// <summary>
/// Notes in Redis which node follows which stream, on both sides. The node's side comes first and goes last, so that whoever sweeps
/// a dead node finds all that has to be removed.
/// </summary>
internal sealed class FollowerSets
{
    private static readonly RedisScript Note = RedisScript.Load("stream-note");
    private static readonly RedisScript Follow = RedisScript.Load("stream-follow");
    private static readonly RedisScript Unfollow = RedisScript.Load("stream-unfollow");

    // Where one server holds both sides. What is noted with a conversation is not a set.
    private static readonly RedisScript FollowSet = RedisScript.Load("stream-follow-set");
    private static readonly RedisScript LeaveSet = RedisScript.Load("stream-leave-set");

    private readonly RedisConnection _redis;
    private readonly GatheredNotes _added;
    private readonly GatheredNotes _removed;

    public FollowerSets(RedisConnection redis)
    {
        _redis = redis;
        _added = new GatheredNotes(AddAllAsync);
        _removed = new GatheredNotes(RemoveAllAsync);
    }

    /// <summary>Notes that a node follows a stream. True when something of it was not noted before.</summary>
    /// <exception cref="StorageUnavailableException">It may or may not have been noted; or the node was swept and has to take a new id.</exception>
    public Task<bool> AddAsync(string node, StreamName stream) =>
        !stream.IsConversation ? AddSetAsync(node, stream)
        : Gathers ? _added.RunAsync(node, stream)
        : OneAsync(AddAllAsync(node, [stream]));

    /// <summary>Notes that a node no longer follows a stream.</summary>
    /// <exception cref="StorageUnavailableException">It may or may not have been noted.</exception>
    public Task RemoveAsync(string node, StreamName stream) =>
        !stream.IsConversation ? RemoveSetAsync(node, stream)
        : Gathers ? _removed.RunAsync(node, stream)
        : RemoveAllAsync(node, [stream]);

    // On a cluster the conversations of one step would lie in several slots. Until the first read that is not known.
    private bool Gathers => _redis.Reads.IsSingleServer;

    private static async Task<bool> OneAsync(Task<bool[]> adding) => (await adding.ConfigureAwait(false))[0];

    private static StorageUnavailableException Swept(string node) => new($"Node {node} was swept and follows nothing before it has a new id.");

    private async Task<bool> AddSetAsync(string node, StreamName stream)
    {
        if (await NumberStep.TryRunAsync(
            _redis.Sessions,
            FollowSet,
            [RedisKeys.EndedNode(node), RedisKeys.Follows(node), stream.Nodes],
            [stream.Member, node]).ConfigureAwait(false) is { } noted)
        {
            return noted >= 0 ? noted > 0 : throw Swept(node);
        }

        bool[] follows = await NoteAsync(node, [stream]).ConfigureAwait(false);
        RedisResult nodes = await _redis.ExecuteAsync("SADD", stream.Nodes, node).ConfigureAwait(false);
        return follows[0] || nodes.IsOne();
    }

    private async Task RemoveSetAsync(string node, StreamName stream)
    {
        if (await NumberStep.TryRunAsync(
            _redis.Sessions, LeaveSet, [RedisKeys.Follows(node), stream.Nodes], [stream.Member, node]).ConfigureAwait(false) is null)
        {
            await _redis.ExecuteAsync("SREM", stream.Nodes, node).ConfigureAwait(false);
            await _redis.ExecuteAsync("SREM", RedisKeys.Follows(node), stream.Member).ConfigureAwait(false);
        }
    }

    private async Task<bool[]> AddAllAsync(string node, StreamName[] streams)
    {
        bool[] changed = await NoteAsync(node, streams).ConfigureAwait(false);
        RedisResult[] nodes = (await _redis.EvaluateAsync(
            Follow, Array.ConvertAll(streams, static stream => stream.Nodes), [node]).ConfigureAwait(false)).Items();
        for (int i = 0; i < changed.Length; i++)
        {
            changed[i] |= nodes[i].IsOne();
        }

        return changed;
    }

    private async Task<bool[]> RemoveAllAsync(string node, StreamName[] streams)
    {
        await _redis.EvaluateAsync(Unfollow, Array.ConvertAll(streams, static stream => stream.Nodes), [node]).ConfigureAwait(false);
        await _redis.ExecuteAsync("SREM", [RedisKeys.Follows(node), .. streams.Select(static stream => (object)stream.Member)]).ConfigureAwait(false);
        return new bool[streams.Length];
    }

    private async Task<bool[]> NoteAsync(string node, StreamName[] streams)
    {
        RedisResult[] follows = (await _redis.EvaluateAsync(
            Note,
            [RedisKeys.EndedNode(node), RedisKeys.Follows(node)],
            Array.ConvertAll(streams, static stream => (RedisValue)stream.Member)).ConfigureAwait(false)).Items();
        return follows.Length == streams.Length ? Array.ConvertAll(follows, static one => one.IsOne()) : throw Swept(node);
    }
}
