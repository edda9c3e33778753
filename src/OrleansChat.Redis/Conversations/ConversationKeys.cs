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

    public RedisKey Ids(int generation) => RedisKeys.Ids(_id, generation);
}
