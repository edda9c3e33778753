using System.Collections.Frozen;
using OrleansChat.Protocols.Line;

namespace OrleansChat.Gateway.FrontEnds.Line.Commands;

/// <summary>Every command of the line door: name, arguments, what it does, who may.</summary>
internal sealed partial class LineCommands
{
    private static readonly LineShape Nothing = new(0);
    private static readonly LineShape OneWord = new(1);
    private static readonly LineShape WordAndText = new(1, Tail: LineTail.Required);

    private readonly LineCommand[] _rows;
    private readonly FrozenDictionary<string, LineCommand> _table;
    private readonly ILogger _logger;

    public LineCommands(
        SignInCommands signIn,
        PeopleCommands people,
        TalkCommands talks,
        GroupLineCommands groups,
        HistoryCommand history,
        ILogger<LineCommands> logger)
    {
        _logger = logger;
        _rows =
        [
            new("NICK", "<name> [password]", "sign in", new LineShape(0, 1, LineTail.Optional), signIn.NickAsync, BeforeNick: true),
            new("REGISTER", "<password>", "keep the name for good", new LineShape(0, Tail: LineTail.Required), signIn.RegisterAsync),
            new("WHO", "", "who is online", Nothing, people.WhoAsync, BeforeNick: true),
            new("TALKTO", "<name>", "start a talk", OneWord, talks.TalkToAsync),
            new("MSG", "<name> <text>", "say something in a talk", WordAndText, talks.MessageAsync),
            new("STOP", "<name>", "end a talk", OneWord, talks.StopAsync),
            new("IGNORE", "<name>", "accept no messages of somebody", OneWord, (connection, arguments) => people.IgnoreAsync(connection, arguments, on: true)),
            new("UNIGNORE", "<name>", "accept them again", OneWord, (connection, arguments) => people.IgnoreAsync(connection, arguments, on: false)),
            new("STATUS", "<text>", "tell how you are", new LineShape(0, Tail: LineTail.Optional), people.StatusAsync),
            new("JOIN", "<group>", "become a member", OneWord, groups.JoinAsync),
            new("PART", "<group>", "leave a group", OneWord, groups.PartAsync),
            new("SAY", "<group> <text>", "say something in a group", WordAndText, groups.SayAsync),
            new("HISTORY", "<name or group> [n]", "the last messages", new LineShape(1, 1), history.RunAsync),
            new("HELP", "", "this", Nothing, HelpAsync, BeforeNick: true),
            new("QUIT", "", "leave", Nothing, QuitAsync, BeforeNick: true),
        ];
        _table = _rows.ToFrozenDictionary(row => row.Name, StringComparer.Ordinal);
    }

    /// <summary>Carries out a line. The answer is the line to say; null when nothing is left to say.</summary>
    public async Task<string?> ExecuteAsync(LineConnection connection, string line)
    {
        (string name, string rest) = LineArguments.Split(line);
        if (name.Length == 0)
        {
            return null;
        }

        if (!_table.TryGetValue(name, out LineCommand? command))
        {
            if (StrayHttp.Is(name, rest[(rest.LastIndexOf(' ') + 1)..]))
            {
                connection.Quit();
                return null;
            }

            return "ERR unknown command";
        }

        if (connection.Session is null && !command.BeforeNick)
        {
            return "ERR NICK first";
        }

        return LineArguments.TryRead(rest, command.Shape, out LineArguments? arguments)
            ? await RunAsync(connection, command, arguments)
            : $"ERR usage: {command.Usage}";
    }

    private static Task<string?> QuitAsync(LineConnection connection, LineArguments arguments)
    {
        connection.Quit();
        return Task.FromResult<string?>(null);
    }

    private async Task<string?> HelpAsync(LineConnection connection, LineArguments arguments)
    {
        int width = _rows.Max(row => row.Usage.Length) + 2;
        foreach (LineCommand row in _rows)
        {
            await connection.SayAsync(row.Usage.PadRight(width) + row.Does);
        }

        return "OK HELP";
    }

    private async Task<string?> RunAsync(LineConnection connection, LineCommand command, LineArguments arguments)
    {
        try
        {
            return await command.Run(connection, arguments);
        }
        catch (Exception failure) when (failure is StorageUnavailableException or TimeoutException)
        {
            return LineErrors.Spell(ChatError.Unavailable);
        }
#pragma warning disable CA1031 // One command's fault must not end the connection; it is logged, and the client hears that it was ours.
        catch (Exception failure) when (failure is not (IOException or OperationCanceledException))
#pragma warning restore CA1031
        {
            LogFailed(failure, command.Name);
            return LineErrors.Spell(ChatError.Internal);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The line command {Command} failed")]
    private partial void LogFailed(Exception failure, string command);
}
