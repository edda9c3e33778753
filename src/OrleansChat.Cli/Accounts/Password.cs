using System.Text;

namespace OrleansChat.Cli.Accounts;

/// <summary>Reads a password from where others do not see it: never from the arguments.</summary>
internal static class Password
{
    public static string Read(bool fromInput)
    {
        string? password = fromInput ? Console.In.ReadLine()
            : Environment.GetEnvironmentVariable("CHAT_PASSWORD") is { Length: > 0 } given ? given
            : Console.IsInputRedirected ? null
            : Ask();
        return string.IsNullOrEmpty(password)
            ? throw new CliException(ExitCodes.Usage, "no password: use a terminal, --password-stdin or CHAT_PASSWORD")
            : password;
    }

    private static string Ask()
    {
        Console.Error.Write("Password: ");
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
