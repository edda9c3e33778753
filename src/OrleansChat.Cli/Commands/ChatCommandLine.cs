using System.CommandLine;
using OrleansChat.Cli.Output;
using OrleansChat.Client;

namespace OrleansChat.Cli.Commands;

/// <summary>The grammar, and what becomes of errors.</summary>
internal static class ChatCommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("A chat client for terminals and scripts")
        {
            AccountCommands.Register(), AccountCommands.Login(), AccountCommands.Logout(),
            PeopleCommands.Users(), PeopleCommands.Contacts(),
            MessageCommands.Send(), MessageCommands.Read(), MessageCommands.Talk(), MessageCommands.Tail(),
            GroupCommands.Groups(),
        };
        root.Options.Add(Context.Server);
        root.Options.Add(Context.Profile);
        root.Options.Add(Context.Json);
        ParseResult result = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Errors.Count > 0)
        {
            return Fail(ExitCodes.Usage, result.Errors[0].Message.TrimEnd('.') + ": see --help");
        }

        try
        {
            return await result.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (CliException failed)
        {
            return Fail(failed.Code, failed.Message);
        }
        catch (ChatException refused)
        {
            return refused.Code is 4010 or NativeClose.BadToken && result.CommandResult.Command.Name is not ("login" or "register")
                ? Fail(ExitCodes.NotSignedIn, "not signed in, or the sign-in has ended: chat login NAME")
                : Fail(ExitCodes.Refused, refused.Code == 4090 && result.CommandResult.Command.Name == "register"
                    ? "Username already exists" : refused.Error.Message ?? refused.Name);
        }
        catch (Exception failed) when (failed is OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            return Fail(ExitCodes.Refused, failed.Message);
        }
    }

    /// <summary>A command whose action gets the context.</summary>
    public static Command Make(string name, string help, IEnumerable<Symbol> symbols, Func<Context, ParseResult, CancellationToken, Task> action)
    {
        Command command = new(name, help);
        foreach (Symbol symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)symbol);
            }
        }

        command.SetAction(async (result, cancel) =>
        {
            await action(new Context(result), result, cancel);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static int Fail(int code, string message)
    {
        Console.Error.WriteLine("chat: " + Screen.Clean(message));
        return code;
    }
}
