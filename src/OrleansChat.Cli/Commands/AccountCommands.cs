using System.CommandLine;
using OrleansChat.Cli.Accounts;
using OrleansChat.Client;

namespace OrleansChat.Cli.Commands;

/// <summary>Coming and going.</summary>
internal static class AccountCommands
{
    public static Command Register()
    {
        Option<string?> display = new("--display-name") { HelpName = "text", Description = "The name that others see." };
        return SignInWith("register", "Create a user and sign in. The password is asked, or read as a line where the input is no terminal, or taken from CHAT_PASSWORD.",
            twice: true, [display], (rest, result, name, password, cancel) => rest.CreateUserAsync(name, password, result.GetValue(display), cancel));
    }

    public static Command Login() =>
        SignInWith("login", "Sign in, and remember the server. The password is asked, or read as a line where the input is no terminal, or taken from CHAT_PASSWORD.",
            twice: false, [], (rest, _, name, password, cancel) => rest.LogInAsync(name, password, cancel));

    /// <summary>Forgets the sign-in whatever the server says; the exit code says whether it knows.</summary>
    public static Command Logout() => ChatCommandLine.Make("logout", "End the sign-in, here and at the server.", [], async (context, _, cancel) =>
    {
        SignIn saved = context.SignIn;
        context.File.Delete();
        try
        {
            await context.Servers.RestAsync(async rest =>
            {
                await rest.LogOutAsync(saved.Token, cancel);
                return true;
            }, cancel);
        }
        catch (ChatException ended) when (ended.Code == 4010)
        {
            // It had ended already, which is all that was wanted.
        }
        catch (CliException unreachable) when (unreachable.Code == ExitCodes.Unreachable)
        {
            throw new CliException(ExitCodes.Unreachable, $"signed out here only, {unreachable.Message}", unreachable);
        }

        context.Screen.Show(new AccountLine(saved.Name, false, context.Servers.Addresses), CliJson.Default.AccountLine, $"signed out {saved.Name}");
    });

    private static Command SignInWith(
        string name, string help, bool twice, Symbol[] more, Func<ChatRest, ParseResult, string, string, CancellationToken, Task<ChatToken>> call)
    {
        Argument<string> user = new("name") { Description = "The user's name." };
        Option<bool> input = new("--password-stdin") { Description = "Read the password from standard input, whatever CHAT_PASSWORD says." };
        return ChatCommandLine.Make(name, help, [user, input, .. more], async (context, result, cancel) =>
        {
            string password = await Password.ReadAsync(result.GetValue(input), twice, cancel);
            ChatToken token = await context.Servers.RestAsync(rest => call(rest, result, result.GetRequiredValue(user), password, cancel), cancel);
            context.File.Write(new SignIn(token.Name, token.Token, context.Servers.Addresses));
            context.Screen.Show(
                new AccountLine(token.Name, true, context.Servers.Addresses), CliJson.Default.AccountLine, $"signed in as {token.Name}");
        });
    }
}
