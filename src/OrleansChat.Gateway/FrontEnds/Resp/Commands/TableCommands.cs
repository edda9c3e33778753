using System.Collections.Frozen;
using OrleansChat.Protocols.Resp;

namespace OrleansChat.Gateway.FrontEnds.Resp.Commands;

/// <summary><c>COMMAND</c>: the table of commands as clients ask for it.</summary>
internal sealed class TableCommands
{
    private readonly Func<FrozenDictionary<string, RespCommand>> _table;

    public TableCommands(Func<FrozenDictionary<string, RespCommand>> table)
    {
        _table = table;
        Table = [new("COMMAND", -1, "Tells which commands there are") { Answer = Answer }];
    }

    public IReadOnlyList<RespCommand> Table { get; }

    private IEnumerable<RespCommand> All => _table().Values.OrderBy(command => command.Name, StringComparer.Ordinal);

    private static string Lower(RespCommand command) => command.Name.ToLowerInvariant();

    private static RespValue Info(RespCommand command) => RespValue.Array(
        RespValue.Bulk(Lower(command)),
        RespValue.Integer(command.Arity),
        RespValue.Array(RespValue.Simple(command.Begin is not null || command.Run is not null ? "write" : "fast")),
        RespValue.Integer(0),
        RespValue.Integer(0),
        RespValue.Integer(0),
        RespValue.EmptyArray,
        RespValue.EmptyArray,
        RespValue.EmptyArray,
        RespValue.EmptyArray);

    private static RespValue Docs(RespCommand command) => RespValue.Map(
        RespValue.Bulk("summary"), RespValue.Bulk(command.Summary),
        RespValue.Bulk("since"), RespValue.Bulk("0.1.0"),
        RespValue.Bulk("group"), RespValue.Bulk(command.Name.StartsWith("IM.", StringComparison.Ordinal) ? "module" : "connection"));

    private RespValue Answer(RespCall call)
    {
        IEnumerable<RespCommand?> Named() => Enumerable.Range(2, call.Count - 2).Select(index => _table().GetValueOrDefault(call.Word(index)));
        return call.Count == 1 ? RespValue.Array([.. All.Select(Info)]) : call.Word(1) switch
        {
            "COUNT" when call.Count == 2 => RespValue.Integer(_table().Count),
            "LIST" when call.Count == 2 => RespValue.Texts(All.Select(Lower)),
            "INFO" when call.Count == 2 => RespValue.Array([.. All.Select(Info)]),
            "INFO" => RespValue.Array([.. Named().Select(command => command is null ? RespValue.NullArray : Info(command))]),
            "DOCS" => RespValue.Map(
                [.. (call.Count == 2 ? All : Named().OfType<RespCommand>()).SelectMany(command => new[] { RespValue.Bulk(Lower(command)), Docs(command) })]),
            _ => RespValue.Error($"ERR unknown subcommand or wrong number of arguments for '{call.Word(1)}'. Try COMMAND HELP."),
        };
    }
}
