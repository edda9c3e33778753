using System.CommandLine;
using OrleansChat.Cli.Accounts;
using OrleansChat.Cli.Conversations;
using OrleansChat.Cli.Terminal;
using OrleansChat.Client;

namespace OrleansChat.Cli.Commands;

/// <summary>What every command needs, made from the options that every command takes.</summary>
internal sealed class CommandContext
{
    public static readonly Option<string[]> Server = new("--server")
    {
        Recursive = true,
        HelpName = "address",
        Description = "A node, such as http://127.0.0.1:8080; several with commas. [CHAT_SERVER, or the one signed in at]",
    };

    public static readonly Option<string> Profile = new("--profile")
    {
        Recursive = true,
        HelpName = "name",
        Description = "Which of several sign-ins to use. [CHAT_PROFILE, or default]",
    };

    public static readonly Option<bool> Json = new("--json") { Recursive = true, Description = "One JSON object per line." };

    private readonly Lazy<SignIn?> _saved;
    private readonly Lazy<Servers> _servers;

    public CommandContext(ParseResult result)
    {
        string profile = result.GetValue(Profile) ?? (Environment.GetEnvironmentVariable("CHAT_PROFILE") is { Length: > 0 } named ? named : "default");
        if (profile.Length is 0 or > 64 || !profile.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new CliException(ExitCodes.Usage, "a profile's name has letters, digits, '-' and '_'");
        }

        File = new SignInFile(SignInFile.DefaultFolder(), profile);
        Screen = Screen.OfProcess(result.GetValue(Json));
        _saved = new(File.Read);
        _servers = new(() => Servers.Choose(result.GetValue(Server) ?? [], Environment.GetEnvironmentVariable("CHAT_SERVER"), Remembered));
    }

    public Screen Screen { get; }

    public SignInFile File { get; }

    public Servers Servers => _servers.Value;

    /// <summary>The sign-in, read once; without one the command ends here.</summary>
    public SignIn SignIn => _saved.Value ?? throw new CliException(ExitCodes.NotSignedIn, "not signed in: chat login NAME, or chat register NAME");

    public string Me => SignIn.Name;

    /// <summary>A connection for a command or two.</summary>
    public Task<NativeConnection> ConnectAsync(CancellationToken cancel) => Servers.ConnectAsync(SignIn, cancel);

    /// <summary>A connection that is sought again when it is lost.</summary>
    public Task<ChatClient> StayAsync(CancellationToken cancel) => Servers.StayAsync(SignIn, cancel);

    /// <summary>Calls something about a conversation; where it is refused because of who or what was named, the error says what to do.</summary>
    public async Task<T> AboutAsync<T>(string conversation, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (ChatException refused) when (refused is not ChatClosedException && ConversationName.Explain(refused.Error, conversation, Me) is { } explained)
        {
            throw new CliException(ExitCodes.Refused, explained, refused);
        }
    }

    /// <summary>The same for a call without a result.</summary>
    public Task AboutAsync(string conversation, Func<Task> call) => AboutAsync(conversation, async () =>
    {
        await call();
        return true;
    });

    private IReadOnlyList<Uri>? Remembered()
    {
        try
        {
            return _saved.Value?.Server;
        }
        catch (CliException)
        {
            // A damaged sign-in is told of where it is needed: signing in anew must remain possible.
            return null;
        }
    }
}
