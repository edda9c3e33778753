using StackExchange.Redis;

namespace OrleansChat.Redis.Connections;

/// <summary>The names of all keys. Keys of one conversation, user or node share a hash tag and so a Redis Cluster slot.</summary>
internal static class RedisKeys
{
    /// <summary>Registered names, for ranges by prefix.</summary>
    public static readonly RedisKey Users = "users";

    /// <summary>Names of the people online.</summary>
    public static readonly RedisKey Online = "online";

    /// <summary>Ids of public groups.</summary>
    public static readonly RedisKey PublicGroups = "groups:public";

    /// <summary>Node ids whose lease may be alive.</summary>
    public static readonly RedisKey Nodes = "nodes";

    /// <summary>Signing keys of tokens by id.</summary>
    public static readonly RedisKey TokenKeys = "tokens:keys";

    /// <summary>Revocations of the last minutes by time.</summary>
    public static readonly RedisKey Revocations = "tokens:revoked";

    /// <summary>Which node looks for old entries in this hour.</summary>
    public static readonly RedisKey RetentionTurn = "retention";

    public static RedisKey Meta(string conversation) => $"{{c:{conversation}}}:meta";

    public static RedisKey Log(string conversation) => $"{{c:{conversation}}}:log";

    public static RedisKey Members(string conversation) => $"{{c:{conversation}}}:members";

    public static RedisKey Bans(string conversation) => $"{{c:{conversation}}}:bans";

    public static RedisKey Requests(string conversation) => $"{{c:{conversation}}}:requests";

    public static RedisKey Read(string conversation) => $"{{c:{conversation}}}:read";

    public static RedisKey Delivered(string conversation) => $"{{c:{conversation}}}:delivered";

    public static RedisKey Patch(string conversation) => $"{{c:{conversation}}}:patch";

    public static RedisKey Deleted(string conversation) => $"{{c:{conversation}}}:deleted";

    public static RedisKey Queue(string conversation) => $"{{c:{conversation}}}:queue";

    public static RedisKey Queue(string conversation, string part) => $"{{c:{conversation}}}:queue:{part}";

    public static RedisKey Ids(string conversation, int generation) => $"{{c:{conversation}}}:ids:{generation}";

    public static RedisKey Account(string user) => $"{{u:{user}}}:account";

    public static RedisKey Conversations(string user) => $"{{u:{user}}}:conversations";

    public static RedisKey Sessions(string user) => $"{{u:{user}}}:sessions";

    /// <summary>How many messages the user may still send.</summary>
    public static RedisKey Budget(string user) => $"{{u:{user}}}:budget";

    /// <summary>Attempts to sign in within a minute.</summary>
    public static RedisKey Attempts(string user) => $"{{u:{user}}}:attempts";

    /// <summary>Attempts to sign in from an address, or a network that counts as one, within a minute.</summary>
    public static RedisKey AddressAttempts(string address) => $"{{a:{address}}}:attempts";

    public static RedisKey RevokedTokens(string user) => $"{{u:{user}}}:revoked";

    /// <summary>Nodes where the user is connected: they follow the stream to the user.</summary>
    public static RedisKey UserNodes(string user) => $"{{u:{user}}}:nodes";

    /// <summary>Nodes that watch the user's presence.</summary>
    public static RedisKey Watchers(string user) => $"{{u:{user}}}:watchers";

    public static RedisKey Lease(string node) => $"{{node:{node}}}:lease";

    /// <summary>The streams that a node follows, each as <c>namespace/key</c>.</summary>
    public static RedisKey Follows(string node) => $"{{node:{node}}}:follows";

    /// <summary>The sessions of a node, each as <c>user/session</c>.</summary>
    public static RedisKey NodeSessions(string node) => $"{{node:{node}}}:sessions";

    /// <summary>Remembers for a while that a node id was used.</summary>
    public static RedisKey EndedNode(string node) => $"{{node:{node}}}:ended";

    /// <summary>The channel on which a node hears announcements.</summary>
    public static string Channel(string node) => "node:" + node;
}
