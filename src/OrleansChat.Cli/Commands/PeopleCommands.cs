using System.CommandLine;
using OrleansChat.Cli.Terminal;
using OrleansChat.Client;

namespace OrleansChat.Cli.Commands;

/// <summary>Who there is.</summary>
internal static class PeopleCommands
{
    private const int PageSize = 50;

    public static Command Users()
    {
        Option<string?> prefix = new("--prefix") { HelpName = "text", Description = "What the names begin with." };
        Option<string?> after = new("--after") { HelpName = "name", Description = "The last name of the page before." };
        Option<int> limit = new("-n", "--limit") { HelpName = "count", Description = "Names on a page.", DefaultValueFactory = _ => PageSize };
        Option<bool> all = new("--all") { Description = "Every page." };
        return ChatCommandLine.Make("users", "List the users in the order of their names, page by page.", [prefix, after, limit, all], async (context, result, cancel) =>
        {
            await using NativeConnection chat = await context.ConnectAsync(cancel);
            string? from = result.GetValue(after);
            do
            {
                ChatPage<ChatUser> page = await chat.UsersAsync(result.GetValue(prefix), from, result.GetValue(limit), cancel);
                foreach (ChatUser user in page.Items)
                {
                    Show(context, user);
                }

                from = page.Next;
            }
            while (from is not null && result.GetValue(all));
            if (from is not null)
            {
                context.Screen.Notice($"there are more: --after {from}");
            }
        });
    }

    public static Command User()
    {
        Argument<string> name = new("name") { Description = "The user's name." };
        return ChatCommandLine.Make("user", "Show one user; the exit code is 1 where there is none of this name.", [name], async (context, result, cancel) =>
        {
            await using NativeConnection chat = await context.ConnectAsync(cancel);
            Show(context, await chat.UserAsync(result.GetRequiredValue(name), cancel));
        });
    }

    public static Command Contacts()
    {
        Command contacts = ChatCommandLine.Make("contacts", "List the contacts.", [], ListAsync);
        contacts.Subcommands.Add(ChatCommandLine.Make("list", "List the contacts.", [], ListAsync));
        contacts.Subcommands.Add(Set("add", "Add a contact.", on: true));
        contacts.Subcommands.Add(Set("remove", "Remove a contact.", on: false));
        return contacts;
    }

    private static async Task ListAsync(CommandContext context, ParseResult result, CancellationToken cancel)
    {
        await using NativeConnection chat = await context.ConnectAsync(cancel);
        foreach (ChatUser user in await chat.ContactsAsync(cancel))
        {
            Show(context, user);
        }
    }

    private static Command Set(string verb, string help, bool on)
    {
        Argument<string> name = new("name") { Description = "The user's name." };
        return ChatCommandLine.Make(verb, help, [name], async (context, result, cancel) =>
        {
            await using NativeConnection chat = await context.ConnectAsync(cancel);
            string user = result.GetRequiredValue(name);
            await chat.SetContactAsync(user, on, cancel);
            context.Screen.Show(new ContactLine(user, on), CliJson.Default.ContactLine, on ? $"{user} is a contact" : $"{user} is no contact any more");
        });
    }

    private static void Show(CommandContext context, ChatUser user) => context.Screen.Show(
        user,
        CliJson.Default.ChatUser,
        new Part(user.Name, user.Name == context.Me ? Tone.Own : Tone.Other),
        $"  {user.State ?? "-"}",
        Part.Quiet(user.DisplayName is { Length: > 0 } shown && shown != user.Name ? $"  {shown}" : ""),
        Part.Quiet(user.Status is { Length: > 0 } status ? $"  ({status})" : ""));
}
