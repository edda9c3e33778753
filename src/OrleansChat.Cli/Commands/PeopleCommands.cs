using System.CommandLine;
using OrleansChat.Client;

namespace OrleansChat.Cli.Commands;

internal static class PeopleCommands
{
    public static Command Users()
    {
        Argument<string?> name = new("name") { Arity = ArgumentArity.ZeroOrOne, Description = "only this user: whether it exists" };
        Option<string?> prefix = new("--prefix") { Description = "what the names begin with" };
        Option<string?> after = new("--after") { Description = "the last name of the page before" };
        Option<int?> limit = new("--limit") { Description = "names on a page [all]" };
        return ChatCommandLine.Make("users", "list the users, in order", [name, prefix, after, limit], async (context, result, cancel) =>
        {
            await using NativeConnection chat = await context.ConnectAsync(cancel);
            if (result.GetValue(name) is { } one)
            {
                Write(context, await chat.UserAsync(one, cancel));
                return;
            }

            string? from = result.GetValue(after);
            do
            {
                ChatPage<ChatUser> page = await chat.UsersAsync(result.GetValue(prefix), from, result.GetValue(limit), cancel);
                foreach (ChatUser user in page.Items)
                {
                    Write(context, user);
                }

                from = page.Next;
            }
            while (from is not null && result.GetValue(limit) is null);
        });
    }

    public static Command Contacts()
    {
        Command contacts = ChatCommandLine.Make("contacts", "list the contacts", [], async (context, _, cancel) =>
        {
            await using NativeConnection chat = await context.ConnectAsync(cancel);
            foreach (ChatUser user in await chat.ContactsAsync(cancel))
            {
                Write(context, user);
            }
        });
        contacts.Subcommands.Add(Set("add", "add a contact", on: true));
        contacts.Subcommands.Add(Set("remove", "remove a contact", on: false));
        return contacts;
    }

    private static Command Set(string verb, string help, bool on)
    {
        Argument<string> name = new("name");
        return ChatCommandLine.Make(verb, help, [name], async (context, result, cancel) =>
        {
            await using NativeConnection chat = await context.ConnectAsync(cancel);
            await chat.SetContactAsync(result.GetValue(name)!, on, cancel);
            context.Screen.Write($"{verb} {result.GetValue(name)}", new { user = result.GetValue(name), contact = on });
        });
    }

    private static void Write(Context context, ChatUser user) =>
        context.Screen.Write($"{user.Name} {user.State}", new { user.Name, user.DisplayName, user.State, user.Guest });
}
