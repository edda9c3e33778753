using System.CommandLine;
using OrleansChat.Cli.Accounts;
using OrleansChat.Client;

namespace OrleansChat.Cli.Commands;

internal static class AccountCommands
{
    public static Command Register() =>
        SignIn("register", "create a user and sign in", (rest, name, password, cancel) => rest.CreateUserAsync(name, password, cancel: cancel));

    public static Command Login() =>
        SignIn("login", "sign in", (rest, name, password, cancel) => rest.LogInAsync(name, password, cancel));

    public static Command Logout() => ChatCommandLine.Make("logout", "end the sign-in", [], async (context, _, cancel) =>
    {
        SavedToken saved = context.Token.Read();
        await context.Servers.RestAsync(async rest =>
        {
            await rest.LogOutAsync(saved.Token, cancel);
            return saved;
        }, cancel);
        context.Token.Delete();
        context.Screen.Write($"signed out {saved.Name}", new { user = saved.Name, signedIn = false });
    });

    private static Command SignIn(string name, string help, Func<ChatRest, string, string, CancellationToken, Task<ChatToken>> call)
    {
        Argument<string> user = new("name");
        Option<bool> input = new("--password-stdin") { Description = "read the password from standard input [asked, or CHAT_PASSWORD]" };
        return ChatCommandLine.Make(name, help, [user, input], async (context, result, cancel) =>
        {
            string password = Password.Read(result.GetValue(input));
            ChatToken token = await context.Servers.RestAsync(rest => call(rest, result.GetValue(user)!, password, cancel), cancel);
            context.Token.Write(new SavedToken(token.Name, token.Token));
            context.Screen.Write($"signed in as {token.Name}", new { user = token.Name, signedIn = true });
        });
    }
}
