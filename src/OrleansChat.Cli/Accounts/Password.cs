using System.Text;
using OrleansChat.Cli.Terminal;

namespace OrleansChat.Cli.Accounts;

/// <summary>Reads a password from where others do not see it: never from the arguments, which <c>ps</c> shows to everyone.</summary>
internal static class Password
{
    /// <summary>From <c>CHAT_PASSWORD</c>, else the first line of the input where that is no terminal, else asked without echo.</summary>
    /// <param name="fromInput">The input it is, whatever the environment says.</param>
    /// <param name="twice">Asked again, because a slip would lock the user out.</param>
    /// <param name="cancel">Ctrl-C.</param>
    public static async Task<string> ReadAsync(bool fromInput, bool twice, CancellationToken cancel)
    {
        string? password = !fromInput && Environment.GetEnvironmentVariable("CHAT_PASSWORD") is { Length: > 0 } given ? given
            : fromInput || Console.IsInputRedirected ? InputLines.ReadLine(InputLines.Open())
            : await AskAsync("Password: ", cancel);
        if (string.IsNullOrEmpty(password))
        {
            throw new CliException(ExitCodes.Usage, "no password: type it on a terminal, pipe it in as a line, or set CHAT_PASSWORD");
        }

        bool asked = !fromInput && !Console.IsInputRedirected && Environment.GetEnvironmentVariable("CHAT_PASSWORD") is null or "";
        return !twice || !asked || await AskAsync("Again: ", cancel) == password
            ? password
            : throw new CliException(ExitCodes.Usage, "the two passwords differ");
    }

    // On another thread: a read of the terminal cannot be called off.
    private static Task<string> AskAsync(string question, CancellationToken cancel) => Task.Run(() => Ask(question), cancel).WaitAsync(cancel);

    private static string Ask(string question)
    {
        // Turns the terminal's own echo off, before anybody can begin to type.
        _ = Console.KeyAvailable;
        Console.Error.Write(question);
        StringBuilder typed = new();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
