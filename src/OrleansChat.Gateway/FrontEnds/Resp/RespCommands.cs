using System.Collections.Frozen;
using OrleansChat.Gateway.FrontEnds.Resp.Commands;
using OrleansChat.Protocols.Resp;

namespace OrleansChat.Gateway.FrontEnds.Resp;

/// <summary>Every command of this door by its name.</summary>
internal sealed class RespCommands
{
    private readonly FrozenDictionary<string, RespCommand> _table;

    public RespCommands(
        ConnectionCommands connection, ListenerCommands listeners, ServerCommands server, ImUsers users, ImGroups groups, ImSends sends, ImFeeds feeds)
    {
        var about = new TableCommands(() => _table!);
        _table = new[] { connection.Table, listeners.Table, server.Table, about.Table, users.Table, groups.Table, sends.Table, feeds.Table }
            .SelectMany(table => table)
            .ToFrozenDictionary(command => command.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The command of a request, or why it may not be carried out.</summary>
    public (RespCommand? Command, RespValue? Refusal) Find(RespCall call)
    {
        if (!_table.TryGetValue(call.Name, out RespCommand? command))
        {
            return (null, call.Client.IsAuthenticated ? Unknown(call) : NotAuthenticated);
        }

        RespValue? refusal = !command.Takes(call.Count) ? RespError.WrongCount(command.Name)
            : !call.Client.IsAuthenticated && !command.IsOpen ? NotAuthenticated
            : call.Client is { Version: 2, Channels.Count: > 0 } && !command.IsForListeners
                ? RespValue.Error($"ERR Can't execute '{command.Name.ToLowerInvariant()}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context")
            : null;
        return (refusal is null ? command : null, refusal);
    }

    private static RespValue NotAuthenticated { get; } = RespValue.Error("NOAUTH Authentication required.");

    private static RespValue Unknown(RespCall call)
    {
        const int Shown = 128;
        string arguments = string.Concat(Enumerable.Range(1, Math.Min(call.Count - 1, 8)).Select(index => $"'{Cut(call.Bytes(index).Span, 32)}' "));
        return RespValue.Error($"ERR unknown command '{Cut(call.Bytes(0).Span, Shown)}', with args beginning with: {(arguments.Length > Shown ? arguments[..Shown] : arguments)}");
    }

    private static string Cut(ReadOnlySpan<byte> text, int most) => System.Text.Encoding.Latin1.GetString(text.Length > most ? text[..most] : text);
}
