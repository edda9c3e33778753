using OrleansChat.Testing;

namespace OrleansChat.Cli.Tests;

/// <summary>What a run of the program printed and how it ended.</summary>
public sealed record Ran(int Code, string Output, string Errors)
{
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Somebody at a terminal of their own: a configuration folder, an environment, and the program.</summary>
public sealed class Person : IAsyncDisposable
{
    public const string Password = "correct horse";

    private readonly TestDirectory _home = new();

    public Person(Uri server, string name)
    {
        Name = name;
        Environment["XDG_CONFIG_HOME"] = Path.Combine(_home.Path, "config");
        Environment["CHAT_SERVER"] = server.ToString();
        Environment["CHAT_PASSWORD"] = Password;
    }

    public string Name { get; }

    public Dictionary<string, string> Environment { get; } = [];

    public string ConfigFolder => Path.Combine(_home.Path, "config", "orleanschat");

    public string SignInFile => Path.Combine(ConfigFolder, "default.json");

    /// <summary>Writes what the program writes when somebody signs in.</summary>
    public async Task SignInAsync(string token, Uri server)
    {
        Directory.CreateDirectory(ConfigFolder);
        await File.WriteAllTextAsync(SignInFile, $$"""{"name":"{{Name}}","token":"{{token}}","server":["{{server}}"]}""");
    }

    /// <summary>Runs the program to its end; no input unless given.</summary>
    public async Task<Ran> RunAsync(string[] arguments, string input = "")
    {
        await using ChatProcess process = Start(arguments);
        await process.WriteAsync(input);
        process.EndInput();
        return await process.EndAsync();
    }

    /// <summary>The same for a command that has to succeed; returns its lines.</summary>
    public async Task<IReadOnlyList<string>> DoAsync(params string[] arguments)
    {
        Ran ran = await RunAsync(arguments);
        Assert.True(ran.Code == 0, $"chat {string.Join(' ', arguments)} ended with {ran.Code}:\n{ran.Errors}");
        return ran.Lines;
    }

    /// <summary>Starts the program; its input stays open.</summary>
    public ChatProcess Start(params string[] arguments) => ChatProcess.Start(Environment, arguments);

    public ValueTask DisposeAsync() => _home.DisposeAsync();
}
