using System.CommandLine;
using OrleansChat.Cli.Accounts;
using OrleansChat.Cli.Connecting;
using OrleansChat.Cli.Output;
using OrleansChat.Client;

namespace OrleansChat.Cli.Commands;

/// <summary>What every command needs, made from the options that every command takes.</summary>
internal sealed class Context
{
    public static readonly Option<string[]> Server = new("--server") { Recursive = true, Description = "a node, repeatable [CHAT_SERVER or http://127.0.0.1:8080]" };
    public static readonly Option<string> Profile = new("--profile") { Recursive = true, Description = "which sign-in to use [default]", DefaultValueFactory = _ => "default" };
    public static readonly Option<bool> Json = new("--json") { Recursive = true, Description = "one JSON object per line" };

    public Context(ParseResult result)
    {
        string[] given = result.GetValue(Server) is { Length: > 0 } named ? named
            : Environment.GetEnvironmentVariable("CHAT_SERVER") is { Length: > 0 } variable ? variable.Split(',', StringSplitOptions.TrimEntries)
            : ["http://127.0.0.1:8080"];
        Servers = new Servers([.. given.Select(Address)]);
        string profile = result.GetValue(Profile)!;
        Token = profile.Length > 0 && profile.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? new TokenFile(profile)
            : throw new CliException(ExitCodes.Usage, "--profile takes letters, digits, - and _");
        Screen = new Screen(result.GetValue(Json));
    }

    public Servers Servers { get; }

    public TokenFile Token { get; }

    public Screen Screen { get; }

    public Task<NativeConnection> ConnectAsync(CancellationToken cancel) => Servers.ConnectAsync(Token.Read(), cancel);

    /// <summary>The id of a conversation: <c>group:ID</c> as it is, anything else is a person.</summary>
    public string Conversation(string name)
    {
        string me = Token.Read().Name;
#pragma warning disable CA1308 // Names are lower case on the wire.
        string other = name.ToLowerInvariant();
#pragma warning restore CA1308
        return other.Contains(':', StringComparison.Ordinal) ? other
            : string.CompareOrdinal(me, other) <= 0 ? $"dm:{me}:{other}" : $"dm:{other}:{me}";
    }

    private static Uri Address(string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
            ? address
            : throw new CliException(ExitCodes.Usage, $"--server takes an http address, not '{text}'");
}
