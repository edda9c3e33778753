using OrleansChat.Feeds;
using OrleansChat.Groups;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Conversations;
using StackExchange.Redis;

namespace OrleansChat.Redis.Feeds;

/// <summary>Fields of users and groups over Redis: a hash beside each.</summary>
internal sealed class RedisFieldStore(RedisConnection redis) : IFieldStore
{
    private static readonly RedisScript SetUser = RedisScript.Load("feed-fields");
    private static readonly RedisScript SetGroup = RedisScript.Load("feed-group-set");
    private static readonly RedisScript ReadGroup = RedisScript.Load("feed-group");

    /// <inheritdoc />
    public async Task<IReadOnlyList<KeyValuePair<string, string>>> UserAsync(Actor user) =>
        Pairs((await redis.ExecuteAsync("HGETALL", FeedKeys.UserFields(user)).ConfigureAwait(false)).Texts());

    /// <inheritdoc />
    public async Task<Result<Done>> SetUserAsync(Actor user, IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        (_, ChatError? refusal) = await redis.AskAsync(
            SetUser,
            [FeedKeys.UserFields(user), FeedKeys.Account(user)],
            [IFieldStore.MaxFields, (long)FeedKeys.GuestKept.TotalMilliseconds, .. Flat(fields)]).ConfigureAwait(false);
        return refusal is null ? Done.Value : refusal;
    }

    /// <inheritdoc />
    public async Task<GroupFields?> GroupAsync(string group)
    {
        ConversationId id = ConversationId.Group(group);
        var keys = new ConversationKeys(id);
        string[] reply = (await redis.EvaluateAsync(
            ReadGroup, [keys.Meta, keys.Members, FeedKeys.GroupFields(id)], []).ConfigureAwait(false)).Texts();
        if (reply.Length == 0)
        {
            return null;
        }

        int members = int.Parse(reply[2], System.Globalization.CultureInfo.InvariantCulture);
        return new GroupFields(
            reply[0], Enum.Parse<JoinPolicy>(reply[1], ignoreCase: true), reply[3..(3 + members)], Pairs(reply[(3 + members)..]));
    }

    /// <inheritdoc />
    public async Task<Result<Done>> SetGroupAsync(string group, Actor actor, IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        ConversationId id = ConversationId.Group(group);
        var keys = new ConversationKeys(id);
        (_, ChatError? refusal) = await redis.AskAsync(
            SetGroup,
            [keys.Meta, keys.Members, FeedKeys.GroupFields(id)],
            [actor.User, actor.Incarnation, IFieldStore.MaxFields, .. Flat(fields)]).ConfigureAwait(false);
        return refusal is null ? Done.Value : refusal;
    }

    private static RedisValue[] Flat(IReadOnlyList<KeyValuePair<string, string>> fields) =>
        [.. fields.SelectMany(static field => new RedisValue[] { field.Key, field.Value })];

    private static KeyValuePair<string, string>[] Pairs(string[] flat) =>
        [.. flat.Chunk(2).Select(static pair => KeyValuePair.Create(pair[0], pair[1]))];
}
