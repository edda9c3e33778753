using Orleans;
using OrleansChat.Conversations;
using OrleansChat.Feeds;
using OrleansChat.Gateway.Commands;
using OrleansChat.Groups;
using OrleansChat.Protocols.Resp;

namespace OrleansChat.Gateway.FrontEnds.Resp.Commands;

/// <summary>Groups: <c>IM.GROUP</c>, <c>IM.JOIN</c>, <c>IM.QUIT</c>.</summary>
internal sealed class ImGroups
{
    private const int LongestName = 64;

    private readonly People _people;
    private readonly IFieldStore _fields;
    private readonly IGrainFactory _grains;
    private readonly MessageSender _sender;
    private readonly ChatLimits _limits;

    public ImGroups(People people, IFieldStore fields, IGrainFactory grains, MessageSender sender, GatewayOptions options)
    {
        _people = people;
        _fields = fields;
        _grains = grains;
        _sender = sender;
        _limits = options.Limits;
        Table =
        [
            new("IM.GROUP", -2, "Tells a group's fields and members, or creates it or sets fields") { Run = call => call.Count == 2 ? GetAsync(call) : SetAsync(call) },
            new("IM.JOIN", 3, "Joins a group") { Run = JoinAsync },
            new("IM.QUIT", 3, "Leaves a group") { Run = QuitAsync },
        ];
    }

    public IReadOnlyList<RespCommand> Table { get; }

    private async Task<RespValue> GetAsync(RespCall call) =>
        await _fields.GroupAsync(call.Group(1)) is { } group
            ? RespValue.Array(RespValue.Texts(GroupFieldNames.Show(group, call.Group(1))), RespValue.Texts(group.Members))
            : RespValue.Array(RespValue.EmptyArray, RespValue.EmptyArray);

    private async Task<RespValue> SetAsync(RespCall call)
    {
        string id = call.Group(1);
        string user = call.User(2);
        RespFields fields = call.Fields(3);
        fields.CheckLengths(LongestName, _limits.Attachments);
        GroupSettings settings = GroupFieldNames.Settings(fields, _limits);
        Actor actor = await _people.EnsureAsync(user);
        GroupFields? group = await _fields.GroupAsync(id);
        if (group is null)
        {
            Result<Appended> created = await _grains.GetGrain<IGroupGrain>(id).Create(
                actor, settings with { Join = settings.Join ?? JoinPolicy.Open }, []);
            _sender.Answer(ConversationId.Group(id).Value, created);
            if (!created.IsOk && created.Error.Code != ChatError.NameTaken.Code)
            {
                return RespError.Of(created.Error);
            }

            // Taken: somebody was faster, or it was deleted, and its id is not used again.
            group = created.IsOk ? null : await _fields.GroupAsync(id);
            if (!created.IsOk && group is null)
            {
                return RespError.Of(ChatError.NoSuchConversation);
            }
        }

        Result<Done> set = await _fields.SetGroupAsync(id, actor, fields.All);
        return !set.IsOk ? RespError.Of(set.Error)
            : group is null ? RespValue.Ok
            : await UpdateAsync(id, actor, group, settings);
    }

    private async Task<RespValue> UpdateAsync(string id, Actor actor, GroupFields before, GroupSettings settings)
    {
        settings = settings with
        {
            Title = settings.Title == before.Title ? null : settings.Title,
            Join = settings.Join == before.Join ? null : settings.Join,
        };
        if (settings is { Title: null, Join: null })
        {
            return RespValue.Ok;
        }

        Result<Appended> updated = await ApplyAsync(id, new GroupCommand(actor, GroupVerb.Update, Settings: settings));
        return updated.IsOk ? RespValue.Ok : RespError.Of(updated.Error);
    }

    private async Task<RespValue> JoinAsync(RespCall call)
    {
        string id = call.Group(2);
        Actor actor = await _people.EnsureAsync(call.User(1));
        if (await _fields.GroupAsync(id) is null)
        {
            return RespError.Of(ChatError.NoSuchConversation);
        }

        Result<Appended> joined = await ApplyAsync(id, new GroupCommand(actor, GroupVerb.Join));
        return joined.IsOk ? Changed(joined.Value) : RespError.Of(joined.Error);
    }

    private async Task<RespValue> QuitAsync(RespCall call)
    {
        string id = call.Group(2);
        Actor actor = await _people.EnsureAsync(call.User(1));
        Result<Appended> left = await ApplyAsync(id, new GroupCommand(actor, GroupVerb.Leave));
        return left.IsOk ? Changed(left.Value)
            : left.Error.Code == ChatError.NotMember.Code || left.Error.Code == ChatError.Banned.Code ? RespValue.Integer(0)
            : RespError.Of(left.Error);
    }

    private async Task<Result<Appended>> ApplyAsync(string id, GroupCommand command)
    {
        Result<Appended> result = await _grains.GetGrain<IGroupGrain>(id).Apply(command);
        _sender.Answer(ConversationId.Group(id).Value, result);
        return result;
    }

    private static RespValue Changed(Appended appended) => RespValue.Integer(appended.Message.Length > 0 ? 1 : 0);
}
