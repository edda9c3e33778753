using System.Text.Json;
using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Conversations;
using StackExchange.Redis;

namespace OrleansChat.Redis.Groups;

/// <summary>Groups over Redis.</summary>
internal sealed class RedisGroupStore(RedisConnection redis, ChatLimits limits) : IGroupStore
{
    private static readonly RedisScript CreateScript = RedisScript.Load("group-create");
    private static readonly RedisScript CommandScript = RedisScript.Load("group-command");
    private static readonly RedisScript ReadScript = RedisScript.Load("group-read");

    /// <inheritdoc />
    public async Task<Result<Appended>> CreateAsync(string group, Actor owner, GroupSettings settings, IReadOnlyList<NewMember> members)
    {
        ConversationId id = ConversationId.Group(group);
        var keys = new ConversationKeys(id);
        string title = settings.Title ?? group;
        bool listed = settings.Public ?? false;
        List<RedisValue> arguments =
        [
            id.Value, Ids.NewEpoch(), owner.Node, owner.User, owner.Incarnation, title,
            JoinCode(settings.Join ?? JoinPolicy.Invite), listed ? "1" : "0", HistoryCode(settings.HistoryFromJoin ?? false),
            GroupEntryData.Quote(title),
        ];
        foreach (NewMember member in members)
        {
            arguments.Add(member.User);
            arguments.Add(member.Incarnation);
        }

        (RedisResult[] answer, ChatError? refusal) = await redis.AskAsync(
            CreateScript, [keys.Meta, keys.Log, keys.Members, keys.Read], [.. arguments]).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        if (listed)
        {
            await SetPublicAsync(group, true).ConfigureAwait(false);
        }

        return RedisMessageLog.ReadAppended(id, answer);
    }

    /// <inheritdoc />
    public async Task<Result<Appended>> ApplyAsync(string group, GroupCommand command, string incarnation)
    {
        ConversationId id = ConversationId.Group(group);
        var keys = new ConversationKeys(id);
        List<RedisValue> arguments =
        [
            id.Value, Ids.NewEpoch(), command.Actor.Node, command.Actor.User, command.Actor.Incarnation,
            JsonNamingPolicy.CamelCase.ConvertName(command.Verb.ToString()), command.User ?? string.Empty, incarnation,
            MemberCodes.Code(command.Role), command.Until, limits.GroupMembers,
        ];
        if (command.Verb == GroupVerb.Update)
        {
            AddSettings(arguments, command.Settings ?? new GroupSettings());
        }

        (RedisResult[] answer, ChatError? refusal) = await redis.AskAsync(
            CommandScript,
            [
                keys.Meta, keys.Log, keys.Members, keys.Bans, keys.Requests, keys.Read, keys.Delivered, keys.Patch, keys.Ids(0), keys.Ids(1),
                .. keys.OfQueue,
            ],
            [.. arguments]).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        string note = (string)answer[4]!;
        if (note is "public" or "private")
        {
            await SetPublicAsync(group, note == "public").ConfigureAwait(false);
        }

        return RedisMessageLog.ReadAppended(id, answer) with { Pending = note == "pending" };
    }

    /// <inheritdoc />
    public async Task<Result<GroupInfo>> GetAsync(string group, Actor viewer)
    {
        (RedisResult[] answer, ChatError? refusal) = await ReadAsync(group, viewer, "info", null, 0).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        string role = (string)answer[6]!;
        return new GroupInfo(
            group,
            (string)answer[1]!,
            Enum.Parse<JoinPolicy>((string)answer[2]!, ignoreCase: true),
            Public: (string)answer[3]! == "1",
            HistoryFromJoin: (string)answer[4]! == "joined",
            Members: (int)(long)answer[5],
            Role: role.Length == 0 ? null : MemberCodes.Role(role));
    }

    /// <inheritdoc />
    public async Task<Result<Page<GroupMember>>> MembersAsync(string group, Actor viewer, string? after, int limit)
    {
        (RedisResult[] answer, ChatError? refusal) = await ReadAsync(group, viewer, "members", after, limit).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        var items = new GroupMember[(answer.Length - 2) / 4];
        for (int i = 0; i < items.Length; i++)
        {
            int at = 2 + (4 * i);
            items[i] = new GroupMember(
                (string)answer[at]!, MemberCodes.Role((string)answer[at + 1]!), (long)answer[at + 2], MemberCodes.Until((string)answer[at + 3]!));
        }

        return new Page<GroupMember>(items, (long)answer[1] == 1 ? items[^1].User : null);
    }

    /// <inheritdoc />
    public async Task<Result<Page<string>>> RequestsAsync(string group, Actor viewer, string? after, int limit)
    {
        (RedisResult[] answer, ChatError? refusal) = await ReadAsync(group, viewer, "requests", after, limit).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        string[] names = [.. answer.Skip(2).Select(name => (string)name!)];
        return new Page<string>(names, (long)answer[1] == 1 ? names[^1] : null);
    }

    /// <inheritdoc />
    public async Task<Page<string>> ListPublicAsync(string prefix, string? after, int limit)
    {
        string from = after is null || string.CompareOrdinal(after, prefix) < 0 ? "[" + prefix : "(" + after;
        var found = (RedisResult[])(await redis.ExecuteAsync(
            "ZRANGEBYLEX", RedisKeys.PublicGroups, from, $"({prefix}\u007f", "LIMIT", 0, limit + 1).ConfigureAwait(false))!;
        string[] names = [.. found.Take(limit).Select(name => (string)name!)];
        return new Page<string>(names, found.Length > limit ? names[^1] : null);
    }

    /// <inheritdoc />
    public Task SetPublicAsync(string group, bool listed) => listed
        ? redis.ExecuteAsync("ZADD", RedisKeys.PublicGroups, 0, group)
        : redis.ExecuteAsync("ZREM", RedisKeys.PublicGroups, group);

    private static void AddSettings(List<RedisValue> arguments, GroupSettings settings)
    {
        arguments.Add(GroupEntryData.Updated(settings));
        void Add(string field, string? value)
        {
            if (value is not null)
            {
                arguments.Add(field);
                arguments.Add(value);
            }
        }

        Add("title", settings.Title);
        Add("join", settings.Join is { } join ? JoinCode(join) : null);
        Add("public", settings.Public is { } listed ? listed ? "1" : "0" : null);
        Add("history", settings.HistoryFromJoin is { } joined ? HistoryCode(joined) : null);
    }

    private static string JoinCode(JoinPolicy join) => JsonNamingPolicy.CamelCase.ConvertName(join.ToString());

    private static string HistoryCode(bool fromJoin) => fromJoin ? "joined" : "all";

    private Task<(RedisResult[] Answer, ChatError? Refusal)> ReadAsync(string group, Actor viewer, string what, string? after, int limit)
    {
        var keys = new ConversationKeys(ConversationId.Group(group));
        return redis.AskAsync(
            ReadScript,
            [keys.Meta, keys.Members, keys.Bans, keys.Requests],
            [viewer.User, viewer.Incarnation, what, after ?? string.Empty, limit]);
    }
}
