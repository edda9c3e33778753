using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Presence;
using OrleansChat.Protocols.Line;

namespace OrleansChat.Gateway.FrontEnds.Line.Commands;

/// <summary>People: WHO, IGNORE, UNIGNORE, STATUS.</summary>
internal sealed class PeopleCommands(ChatCommands commands, IPresence presence, GatewayOptions options)
{
    public async Task<string?> WhoAsync(LineConnection connection, LineArguments arguments)
    {
        int count = 0;
        string? after = null;
        do
        {
            Page<string> page = await presence.OnlineAsync(after, options.Limits.PageSize);
            foreach (string name in page.Items)
            {
                await connection.SayAsync(name);
            }

            count += page.Items.Count;
            after = page.Next;
        }
        while (after is not null);
        return FormattableString.Invariant($"OK WHO {count}");
    }

    public async Task<string?> IgnoreAsync(LineConnection connection, LineArguments arguments, bool on)
    {
        if (!Names.TryUser(arguments.Words[0], out string? user))
        {
            return LineErrors.Spell(ChatError.NoSuchUser);
        }

        if (user == connection.Session!.User)
        {
            return TalkCommands.ThatIsYou;
        }

        CommandResult done = await commands.ExecuteAsync(
            connection.Session.Caller, on ? "block" : "unblock", new CommandJson().Add("user", user).Build());
        return done.Error is { } error ? LineErrors.Spell(error) : $"OK {(on ? "IGNORE" : "UNIGNORE")} {user}";
    }

    public async Task<string?> StatusAsync(LineConnection connection, LineArguments arguments)
    {
        CommandResult done = await commands.ExecuteAsync(
            connection.Session!.Caller, "me", new CommandJson().Add("status", arguments.Text ?? string.Empty).Build());
        return done.Error is { } error ? LineErrors.Spell(error) : "OK STATUS";
    }
}
