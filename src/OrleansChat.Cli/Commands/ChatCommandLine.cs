using System.CommandLine;
using System.Text.Json;
using OrleansChat.Cli.Terminal;
using OrleansChat.Client;

namespace OrleansChat.Cli.Commands;

/// <summary>The grammar, and what becomes of errors: one line on standard error, and an exit code.</summary>
internal static class ChatCommandLine
{
    private const string About = """
        A chat client for terminals and scripts.

        A bare name is a person; a group is written group:ID or '#ID' (quoted: a shell takes # for a comment).
        Lines are coloured on a terminal and plain in a pipe; --json writes one JSON object per line.

        Exit codes: 0 done, 1 refused, 2 wrong usage, 3 not signed in, 4 no server answers, 130 interrupted.
        """;

    private const string Interrupted = "interrupted";

    public static async Task<int> RunAsync(string[] args)
    {
        // An @ begins a message, not the name of a file with arguments.
        ParseResult result = Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Errors.Count > 0)
        {
            return Fail(ExitCodes.Usage, $"{result.Errors[0].Message.TrimEnd('.')} (see {Path(result.CommandResult)} --help)");
        }

        try
        {
            int code = await result.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(5) });

            // A command that was interrupted before it first waited, or that does not end, throws nothing.
            return code == ExitCodes.Interrupted ? Fail(ExitCodes.Interrupted, Interrupted) : code;
        }
        catch (CliException failed)
        {
            return Fail(failed.Code, failed.Message);
        }
        catch (OutputGoneException)
        {
            return ExitCodes.Ok;
        }
        catch (ChatException refused)
        {
            return Refused(refused, result.CommandResult.Command.Name);
        }
        catch (OperationCanceledException)
        {
            return Fail(ExitCodes.Interrupted, Interrupted);
        }
        catch (JsonException strange)
        {
            return Fail(ExitCodes.Refused, $"the server's answer is not understood: {strange.Message}");
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return Fail(ExitCodes.Refused, failed.Message);
        }
    }

    /// <summary>All commands.</summary>
    internal static RootCommand Root()
    {
        RootCommand root = new(About)
        {
            AccountCommands.Register(), AccountCommands.Login(), AccountCommands.Logout(),
            PeopleCommands.Users(), PeopleCommands.User(), PeopleCommands.Contacts(),
            MessageCommands.Unseen(), MessageCommands.Read(), MessageCommands.Send(), LiveCommands.Talk(), LiveCommands.Tail(),
            GroupCommands.Groups(),
        };
        root.Options.Add(CommandContext.Server);
        root.Options.Add(CommandContext.Profile);
        root.Options.Add(CommandContext.Json);
        root.SetAction(result => root.Parse("--help").Invoke(new InvocationConfiguration { Output = result.InvocationConfiguration.Output }));
        return root;
    }

    /// <summary>A command whose action gets the context.</summary>
    public static Command Make(string name, string help, Symbol[] symbols, Func<CommandContext, ParseResult, CancellationToken, Task> action) =>
        Make(name, help, symbols, async (context, result, cancel) =>
        {
            await action(context, result, cancel);
            return ExitCodes.Ok;
        });

    /// <summary>A command whose action says how it ends.</summary>
    public static Command Make(string name, string help, Symbol[] symbols, Func<CommandContext, ParseResult, CancellationToken, Task<int>> action)
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

        command.SetAction((result, cancel) => action(new CommandContext(result), result, cancel));
        return command;
    }

    private static string Path(System.CommandLine.Parsing.CommandResult command) =>
        command.Parent is System.CommandLine.Parsing.CommandResult parent ? $"{Path(parent)} {command.Command.Name}" : "chat";

    private static int Refused(ChatException refused, string command) => refused switch
    {
        { Code: 4010 or NativeClose.BadToken } when command is not ("login" or "register") =>
            Fail(ExitCodes.NotSignedIn, "the sign-in has ended: chat login NAME"),
        ChatClosedException { Close.MayReconnect: true } => Fail(ExitCodes.Unreachable, $"the connection was lost: {refused.Error.Message}"),
        ChatClosedException => Fail(ExitCodes.Refused, $"the server ended the connection ({refused.Code}): {refused.Error.Message}"),
        { Code: 4010 } => Fail(ExitCodes.Refused, "wrong name or password"),
        _ => Fail(ExitCodes.Refused, refused.Error.Message is { Length: > 0 } message ? message : refused.Name),
    };

    private static int Fail(int code, string message)
    {
        Console.Error.WriteLine("chat: " + SafeText.Line(message));
        return code;
    }
}
