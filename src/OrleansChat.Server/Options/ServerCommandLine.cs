using System.CommandLine;
using System.CommandLine.Help;
using System.Text.RegularExpressions;

namespace OrleansChat.Server.Options;

/// <summary>What a command line asks for: to run, or only to show something.</summary>
/// <param name="ShowHelp">By <c>--help</c>.</param>
/// <param name="ShowVersion">By <c>--version</c>.</param>
/// <param name="AskHealth">By <c>--health</c>: whether the server that these settings start is ready.</param>
/// <param name="Values">What was given as <c>--name value</c>.</param>
internal sealed record ServerCommand(bool ShowHelp, bool ShowVersion, bool AskHealth, IReadOnlyDictionary<Setting, string> Values);

/// <summary>The grammar of the command line, made from <see cref="Settings.All"/>. Values are read later, with those from elsewhere.</summary>
internal static partial class ServerCommandLine
{
    /// <exception cref="ServerOptionsException">Unknown options, missing values; one line each.</exception>
    public static ServerCommand Parse(string[] args)
    {
        RootCommand root = new("A chat server");
        Dictionary<Setting, Option<string>> options = Settings.All.ToDictionary(setting => setting, setting => new Option<string>("--" + setting.Name));
        Option<bool> health = new("--health");
        root.Options.Add(health);
        foreach (Option<string> option in options.Values)
        {
            root.Options.Add(option);
        }

        // No response files: a value that starts with @ is a value.
        ParseResult result = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        if (Has<HelpOption>(root, result))
        {
            return new ServerCommand(ShowHelp: true, ShowVersion: false, AskHealth: false, new Dictionary<Setting, string>());
        }

        if (Has<VersionOption>(root, result))
        {
            return new ServerCommand(ShowHelp: false, ShowVersion: true, AskHealth: false, new Dictionary<Setting, string>());
        }

        if (result.Errors.Count > 0)
        {
            throw new ServerOptionsException([.. result.Errors.Select(error => Line(error.Message)).Distinct()]);
        }

        Dictionary<Setting, string> values = options
            .Where(pair => result.GetResult(pair.Value) is { Implicit: false })
            .ToDictionary(pair => pair.Key, pair => result.GetValue(pair.Value) ?? "");
        return new ServerCommand(ShowHelp: false, ShowVersion: false, result.GetValue(health), values);
    }

    private static string Line(string message) =>
        Password().Replace(message.ReplaceLineEndings(" ").TrimEnd('.'), "password=...") + ": see --help";

    // A misspelt option leaves its value among the errors.
    [GeneratedRegex("password=[^'\\s]*", RegexOptions.IgnoreCase)]
    private static partial Regex Password();

    private static bool Has<T>(RootCommand root, ParseResult result)
        where T : Option =>
        root.Options.OfType<T>().Any(option => result.GetResult(option) is { Implicit: false });
}
