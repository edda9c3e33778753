using OrleansChat.Redis.Connections;
using StackExchange.Redis;

namespace OrleansChat.Redis.Conversations;

/// <summary>The keys of one conversation, made once per call.</summary>
internal readonly struct ConversationKeys(ConversationId conversation)
{
    private readonly string _id = conversation.Value;

    public RedisKey Meta => RedisKeys.Meta(_id);

    public RedisKey Log => RedisKeys.Log(_id);

    public RedisKey Members => RedisKeys.Members(_id);

    public RedisKey Bans => RedisKeys.Bans(_id);

    public RedisKey Requests => RedisKeys.Requests(_id);

    public RedisKey Read => RedisKeys.Read(_id);

    public RedisKey Delivered => RedisKeys.Delivered(_id);

    public RedisKey Patch => RedisKeys.Patch(_id);

    /// <summary>Numbers of deleted messages, in groups.</summary>
    public RedisKey Deleted => RedisKeys.Deleted(_id);

    /// <summary>What is consumed of a group's queue.</summary>
    public RedisKey Queue => RedisKeys.Queue(_id);

    public RedisKey QueueHeld => RedisKeys.Queue(_id, "held");

    public RedisKey QueuePending => RedisKeys.Queue(_id, "pending");

    public RedisKey QueueReturned => RedisKeys.Queue(_id, "returned");

    /// <summary>Everything about a group's queue, in the order of <c>queue-common.lua</c>.</summary>
    public RedisKey[] OfQueue =>
    [
        Deleted, Queue, QueueHeld, QueuePending, QueueReturned,
        RedisKeys.Queue(_id, "consumers"), RedisKeys.Queue(_id, "places"), RedisKeys.Queue(_id, "ready"),
    ];

    public RedisKey Ids(int generation) => RedisKeys.Ids(_id, generation);
}
