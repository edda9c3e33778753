using System.Text.Json;
using Orleans;
using OrleansChat.Conversations;
using OrleansChat.Groups;

namespace OrleansChat.Gateway.Commands;

/// <summary>Groups: their members, roles and settings.</summary>
internal sealed class GroupCommands
{
    private const int MaxFirstMembers = 1000;

    private readonly IGrainFactory _grains;
    private readonly IGroupStore _store;
    private readonly IMessageLog _log;
    private readonly MessageSender _sender;
    private readonly ChatLimits _limits;

    public GroupCommands(IGrainFactory grains, IGroupStore store, IMessageLog log, MessageSender sender, GatewayOptions options)
    {
        _grains = grains;
        _store = store;
        _log = log;
        _sender = sender;
        _limits = options.Limits;
        Table = new Dictionary<string, CommandHandler>
        {
            ["group.create"] = CreateAsync,
            ["group.update"] = (caller, arguments) => ApplyAsync(caller, arguments, new(caller.Actor, GroupVerb.Update, Settings: Settings(arguments))),
            ["group.delete"] = (caller, arguments) => ApplyAsync(caller, arguments, new(caller.Actor, GroupVerb.Delete)),
            ["group.join"] = (caller, arguments) => ApplyAsync(caller, arguments, new(caller.Actor, GroupVerb.Join)),
            ["group.leave"] = (caller, arguments) => ApplyAsync(caller, arguments, new(caller.Actor, GroupVerb.Leave)),
            ["group.role"] = (caller, arguments) =>
                ApplyAsync(caller, arguments, new(caller.Actor, GroupVerb.Role, arguments.User("user"), Role: arguments.Role("role"))),
            ["group.mute"] = (caller, arguments) =>
                ApplyAsync(caller, arguments, new(caller.Actor, GroupVerb.Mute, arguments.User("user"), Until: arguments.Number("until") ?? 0)),
            ["group.invite"] = OnUser(GroupVerb.Invite),
            ["group.approve"] = OnUser(GroupVerb.Approve),
            ["group.reject"] = OnUser(GroupVerb.Reject),
            ["group.kick"] = OnUser(GroupVerb.Kick),
            ["group.ban"] = OnUser(GroupVerb.Ban),
            ["group.unban"] = OnUser(GroupVerb.Unban),
            ["group.get"] = GetAsync,
            ["group.members"] = MembersAsync,
            ["group.requests"] = RequestsAsync,
            ["group.list"] = ListAsync,
        };
    }

    public IReadOnlyDictionary<string, CommandHandler> Table { get; }

    private CommandHandler OnUser(GroupVerb verb) =>
        (caller, arguments) => ApplyAsync(caller, arguments, new GroupCommand(caller.Actor, verb, arguments.User("user")));

    private GroupSettings Settings(CommandArguments arguments)
    {
        string? title = arguments.OptionalText("title");
        if (title is not null && (title.Length == 0 || System.Text.Encoding.UTF8.GetByteCount(title) > _limits.ProfileText))
        {
            throw new BadArgumentException($"title must have 1 to {_limits.ProfileText} bytes.");
        }

        return new GroupSettings(
            title,
            arguments.OptionalText("join") switch
            {
                null => null,
                "open" => JoinPolicy.Open,
                "approval" => JoinPolicy.Approval,
                "invite" => JoinPolicy.Invite,
                _ => throw new BadArgumentException("join must be open, approval or invite."),
            },
            arguments.OptionalFlag("public"),
            arguments.OptionalText("history") switch
            {
                null => null,
                "all" => false,
                "joined" => true,
                _ => throw new BadArgumentException("history must be all or joined."),
            });
    }

    private async Task<CommandResult> CreateAsync(Caller caller, CommandArguments arguments)
    {
        string group = arguments.Group();
        Result<Appended> created = await _grains.GetGrain<IGroupGrain>(group).Create(
            caller.Actor, Settings(arguments), arguments.Users("members", MaxFirstMembers));
        CommandResult answer = _sender.Answer(ConversationId.Group(group).Value, created);
        if (answer.Error is not null)
        {
            return answer;
        }

        Result<Summary> summary = await _log.SummaryAsync(ConversationId.Group(group), caller.Actor);
        return summary.IsOk
            ? CommandResult.Of((summary.Value, caller.User), static (writer, state) => WireJson.Summary(writer, state.Value, state.User))
            : summary.Error;
    }

    private async Task<CommandResult> ApplyAsync(Caller caller, CommandArguments arguments, GroupCommand command)
    {
        string group = arguments.Group();
        if (command is { Verb: GroupVerb.Update, Settings: { Title: null, Join: null, Public: null, HistoryFromJoin: null } })
        {
            return ChatError.BadRequest.Because("There is nothing to change: give title, join, public or history.");
        }

        return _sender.Answer(ConversationId.Group(group).Value, await _grains.GetGrain<IGroupGrain>(group).Apply(command));
    }

    private async Task<CommandResult> GetAsync(Caller caller, CommandArguments arguments)
    {
        Result<GroupInfo> group = await _grains.GetGrain<IGroupGrain>(arguments.Group()).Get(caller.Actor);
        return group.IsOk ? CommandResult.Of(group.Value, WireJson.Group) : group.Error;
    }

    private async Task<CommandResult> MembersAsync(Caller caller, CommandArguments arguments)
    {
        Result<Page<GroupMember>> page = await _grains.GetGrain<IGroupGrain>(arguments.Group()).Members(
            caller.Actor, arguments.OptionalText("after"), arguments.Limit(100, _limits.PageSize));
        return page.IsOk ? CommandResult.Page(page.Value, WireJson.MemberObject) : page.Error;
    }

    private async Task<CommandResult> RequestsAsync(Caller caller, CommandArguments arguments)
    {
        Result<Page<string>> page = await _grains.GetGrain<IGroupGrain>(arguments.Group()).Requests(
            caller.Actor, arguments.OptionalText("after"), arguments.Limit(100, _limits.PageSize));
        return page.IsOk ? CommandResult.Page(page.Value, static (writer, user) => writer.WriteStringValue(user)) : page.Error;
    }

    private async Task<CommandResult> ListAsync(Caller caller, CommandArguments arguments)
    {
        Page<string> ids = await _store.ListPublicAsync(
            arguments.OptionalText("prefix") ?? string.Empty, arguments.OptionalText("after"), arguments.Limit(50, _limits.PageSize));
        Result<GroupInfo>[] groups = await Task.WhenAll(ids.Items.Select(id => _store.GetAsync(id, caller.Actor)));
        return CommandResult.Page(
            new Page<GroupInfo>([.. groups.Where(group => group.IsOk).Select(group => group.Value!)], ids.Next), WireJson.GroupObject);
    }
}
