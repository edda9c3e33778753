using System.Collections;

namespace OrleansChat.Server;

/// <summary>The console and the environment that the process was started in.</summary>
internal static class Terminal
{
    /// <summary>Whether somebody looks at standard output; else it is a file or another program.</summary>
    public static bool IsWatched => !Console.IsOutputRedirected;

    /// <summary>Whether to colour it (https://no-color.org).</summary>
    public static bool HasColours =>
        IsWatched
        && string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable("NO_COLOR"))
        && System.Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    public static Task ErrorAsync(string line) => Console.Error.WriteLineAsync("orleanschat: " + line);

    public static Dictionary<string, string?> Environment() =>
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value);
}
