using System.CommandLine;
using OrleansChat.Cli.Talk;
using OrleansChat.Client;

namespace OrleansChat.Cli.Commands;

internal static class GroupCommands
{
    public static Command Groups()
    {
        Command groups = ChatCommandLine.Make("groups", "list the own groups", [], async (context, _, cancel) =>
        {
            await using NativeConnection chat = await context.ConnectAsync(cancel);
            foreach (ChatSummary group in (await chat.SummariesAsync(cancel)).Where(summary => summary.Kind == "group"))
            {
                context.Screen.Write($"{group.Conversation} {group.Members} {group.Title}", new { group.Conversation, group.Title, group.Members, group.Role, group.Unread });
            }
        });
        groups.Subcommands.Add(OfGroup("create", "make a group", (chat, id, cancel) => chat.CreateGroupAsync(id, title: id, join: "open", isPublic: true, cancel: cancel)));
        groups.Subcommands.Add(OfGroup("join", "join a group", (chat, id, cancel) => chat.JoinGroupAsync(id, cancel)));
        groups.Subcommands.Add(OfGroup("leave", "leave a group", (chat, id, cancel) => chat.LeaveGroupAsync(id, cancel)));
        return groups;
    }

    private static Command OfGroup(string verb, string help, Func<NativeConnection, string, CancellationToken, Task> call)
    {
        Argument<string> group = new("group") { Description = "the id, without group:" };
        return ChatCommandLine.Make(verb, help, [group], async (context, result, cancel) =>
        {
            await using NativeConnection chat = await context.ConnectAsync(cancel);
            await call(chat, result.GetValue(group)!, cancel);
            context.Screen.Write($"{verb} group:{result.GetValue(group)}", new { group = result.GetValue(group), done = verb });
        });
    }
}
