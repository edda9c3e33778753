using System.CommandLine;
using System.Text.Json;
using OrleansChat.Cli.Conversations;
using OrleansChat.Cli.Terminal;
using OrleansChat.Client;

namespace OrleansChat.Cli.Commands;

/// <summary>Groups: the own ones, those that can be found, and what their members may do.</summary>
internal static class GroupCommands
{
    public static Command Groups()
    {
        Command groups = ChatCommandLine.Make("groups", "List the own groups.", [], ListAsync);
        groups.Subcommands.Add(ChatCommandLine.Make("list", "List the own groups.", [], ListAsync));
        groups.Subcommands.Add(Find());
        groups.Subcommands.Add(Create());
        groups.Subcommands.Add(Change());
        groups.Subcommands.Add(OfGroup("delete", "End a group, with its messages.", (chat, id, cancel) => chat.DeleteGroupAsync(id, cancel)));
        groups.Subcommands.Add(OfGroup("join", "Join a group, or ask to.", (chat, id, cancel) => chat.JoinGroupAsync(id, cancel)));
        groups.Subcommands.Add(OfGroup("leave", "Leave a group.", (chat, id, cancel) => chat.LeaveGroupAsync(id, cancel)));
        groups.Subcommands.Add(Members());
        groups.Subcommands.Add(Requests());
        groups.Subcommands.Add(OfMember("invite", "Let somebody in.", (chat, id, user, cancel) => chat.InviteAsync(id, user, cancel)));
        groups.Subcommands.Add(OfMember("approve", "Let in somebody who asked.", (chat, id, user, cancel) => chat.AnswerRequestAsync(id, user, approve: true, cancel)));
        groups.Subcommands.Add(OfMember("reject", "Turn away somebody who asked.", (chat, id, user, cancel) => chat.AnswerRequestAsync(id, user, approve: false, cancel)));
        groups.Subcommands.Add(OfMember("kick", "Remove a member.", (chat, id, user, cancel) => chat.KickAsync(id, user, cancel)));
        groups.Subcommands.Add(OfMember("ban", "Remove somebody for good.", (chat, id, user, cancel) => chat.BanAsync(id, user, cancel: cancel)));
        groups.Subcommands.Add(OfMember("unban", "Lift a ban.", (chat, id, user, cancel) => chat.BanAsync(id, user, on: false, cancel)));
        groups.Subcommands.Add(Role());
        groups.Subcommands.Add(Mute());
        groups.Subcommands.Add(OfMember("unmute", "Let a member speak again.", (chat, id, user, cancel) => chat.MuteAsync(id, user, 0, cancel)));
        return groups;
    }

    private static async Task ListAsync(CommandContext context, ParseResult result, CancellationToken cancel)
    {
        await using NativeConnection chat = await context.ConnectAsync(cancel);
        foreach (ChatSummary group in (await chat.ConversationsAsync(cancel: cancel)).Where(summary => summary.Kind == "group"))
        {
            context.Screen.Show(
                new GroupLine(group.Conversation["group:".Length..], group.Conversation, group.Title, group.Members, group.Role, group.Unread),
                CliJson.Default.GroupLine,
                new Part(group.Conversation, Tone.Other), $"  {group.Role}  {group.Members}  {group.Unread} unseen", Part.Quiet($"  {group.Title}"));
        }
    }

    private static Command Find()
    {
        Argument<string?> prefix = new("prefix") { Arity = ArgumentArity.ZeroOrOne, Description = "What the ids begin with." };
        return ChatCommandLine.Make("find", "List the public groups.", [prefix], async (context, result, cancel) =>
        {
            await using NativeConnection chat = await context.ConnectAsync(cancel);
            await PageAsync(after => chat.GroupsAsync(result.GetValue(prefix), after, cancel: cancel), group => context.Screen.Show(
                group, CliJson.Default.ChatGroup, new Part(group.Conversation, Tone.Other), $"  {group.Join}  {group.Members}", Part.Quiet($"  {group.Title}")));
        });
    }

    private static Command Create()
    {
        Argument<string> id = GroupArguments.Id();
        GroupArguments.Settings settings = new();
        Option<string[]> members = new("--member") { HelpName = "name", Description = "A first member; repeatable." };
        return ChatCommandLine.Make("create", "Make a group, of which you are the owner: open and public unless told otherwise.", [id, .. settings.Options, members], async (context, result, cancel) =>
        {
            string group = ConversationName.Group(result.GetRequiredValue(id));
            string join = settings.Join(result) ?? "open";
            await using NativeConnection chat = await context.ConnectAsync(cancel);
            await chat.CreateGroupAsync(
                group, settings.Title(result) ?? group, join, settings.Public(result) ?? join != "invite", result.GetValue(members), cancel);
            Done(context, "create", group);
        });
    }

    private static Command Change()
    {
        Argument<string> id = GroupArguments.Id();
        GroupArguments.Settings settings = new();
        return ChatCommandLine.Make("set", "Change a group's title, or who finds it and gets in.", [id, .. settings.Options], async (context, result, cancel) =>
        {
            string group = ConversationName.Group(result.GetRequiredValue(id));
            await using NativeConnection chat = await context.ConnectAsync(cancel);
            await context.AboutAsync("group:" + group, () => chat.UpdateGroupAsync(group, settings.Title(result), settings.Join(result), settings.Public(result), cancel));
            Done(context, "set", group);
        });
    }

    private static Command Members()
    {
        Argument<string> id = GroupArguments.Id();
        return ChatCommandLine.Make("members", "List a group's members with their roles.", [id], async (context, result, cancel) =>
        {
            string group = ConversationName.Group(result.GetRequiredValue(id));
            await using NativeConnection chat = await context.ConnectAsync(cancel);
            await context.AboutAsync("group:" + group, () => PageAsync(after => chat.MembersAsync(group, after, cancel: cancel), member => context.Screen.Show(
                member, CliJson.Default.GroupMember, new Part(member.User, member.User == context.Me ? Tone.Own : Tone.Other), $"  {member.Role}", member.Muted > 0 ? "  muted" : "")));
        });
    }

    private static Command Requests()
    {
        Argument<string> id = GroupArguments.Id();
        return ChatCommandLine.Make("requests", "List who asked to join.", [id], async (context, result, cancel) =>
        {
            string group = ConversationName.Group(result.GetRequiredValue(id));
            await using NativeConnection chat = await context.ConnectAsync(cancel);
            await context.AboutAsync("group:" + group, () => PageAsync(after => chat.RequestsAsync(group, after, cancel: cancel), user =>
                context.Screen.Show(new NameLine(user), CliJson.Default.NameLine, new Part(user, Tone.Other))));
        });
    }

    private static Command Role()
    {
        Argument<string> role = new("role") { Description = "owner, admin or member." };
        role.AcceptOnlyFromAmong("owner", "admin", "member");
        return OfMember("role", "Give a member a role.", (chat, result, id, user, cancel) => chat.SetRoleAsync(id, user, result.GetRequiredValue(role), cancel), role);
    }

    private static Command Mute()
    {
        Option<int> minutes = new("--minutes") { Description = "For how long.", DefaultValueFactory = _ => 60 };
        return OfMember("mute", "Silence a member for a while.", (chat, result, id, user, cancel) => chat.MuteAsync(
            id, user, TimeProvider.System.GetUtcNow().AddMinutes(Math.Max(1, result.GetValue(minutes))).ToUnixTimeMilliseconds(), cancel), minutes);
    }

    private static Command OfGroup(string verb, string help, Func<NativeConnection, string, CancellationToken, Task<JsonElement>> call)
    {
        Argument<string> id = GroupArguments.Id();
        return ChatCommandLine.Make(verb, help, [id], async (context, result, cancel) =>
        {
            string group = ConversationName.Group(result.GetRequiredValue(id));
            await using NativeConnection chat = await context.ConnectAsync(cancel);
            JsonElement answer = await context.AboutAsync("group:" + group, () => call(chat, group, cancel));
            Done(context, verb, group, pending: answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("pending", out JsonElement pending) && pending.ValueKind == JsonValueKind.True);
        });
    }

    private static Command OfMember(string verb, string help, Func<NativeConnection, string, string, CancellationToken, Task> call) =>
        OfMember(verb, help, (chat, _, id, user, cancel) => call(chat, id, user, cancel));

    private static Command OfMember(
        string verb, string help, Func<NativeConnection, ParseResult, string, string, CancellationToken, Task> call, params Symbol[] more)
    {
        Argument<string> id = GroupArguments.Id();
        Argument<string> user = new("user") { Description = "The person's name." };
        return ChatCommandLine.Make(verb, help, [id, user, .. more], async (context, result, cancel) =>
        {
            string group = ConversationName.Group(result.GetRequiredValue(id));
            string who = result.GetRequiredValue(user);
            await using NativeConnection chat = await context.ConnectAsync(cancel);
            await context.AboutAsync("group:" + group, () => call(chat, result, group, who, cancel));
            Done(context, verb, group, who);
        });
    }

    private static async Task PageAsync<T>(Func<string?, Task<ChatPage<T>>> load, Action<T> show)
    {
        string? after = null;
        do
        {
            ChatPage<T> page = await load(after);
            foreach (T item in page.Items)
            {
                show(item);
            }

            after = page.Next;
        }
        while (after is not null);
    }

    private static void Done(CommandContext context, string verb, string group, string? user = null, bool pending = false) => context.Screen.Show(
        new DoneLine(verb, group, user, pending), CliJson.Default.DoneLine, $"{verb} group:{group}{(user is null ? "" : " " + user)}{(pending ? ": asked, somebody has to approve" : ": done")}");
}
