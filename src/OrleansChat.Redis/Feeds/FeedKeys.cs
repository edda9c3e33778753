using OrleansChat.Redis.Connections;
using StackExchange.Redis;

namespace OrleansChat.Redis.Feeds;

/// <summary>The keys of feeds and fields. They carry the incarnation: whoever takes a guest's name next must not find them.</summary>
internal static class FeedKeys
{
    /// <summary>How long what belongs to a guest is kept after it was last written.</summary>
    public static readonly TimeSpan GuestKept = TimeSpan.FromDays(1);

    public static RedisKey Feed(Actor user) => $"{{u:{user.User}}}:feed{Suffix(user)}";

    public static RedisKey Marks(Actor user) => $"{{u:{user.User}}}:feed{Suffix(user)}:marks";

    public static RedisKey UserFields(Actor user) => $"{{u:{user.User}}}:fields{Suffix(user)}";

    public static RedisKey GroupFields(ConversationId group) => $"{{c:{group.Value}}}:fields";

    public static RedisKey Conversations(Actor user) => RedisKeys.Conversations(user.User);

    /// <summary>Tells the scripts whether this is a guest now.</summary>
    public static RedisKey Account(Actor user) => RedisKeys.Account(user.User);

    private static string Suffix(Actor user) => user.Incarnation.Length == 0 ? string.Empty : ":" + user.Incarnation;
}
