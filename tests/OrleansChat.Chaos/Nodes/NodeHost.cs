using Microsoft.Extensions.DependencyInjection;
using OrleansChat.Chaos.Mutants;
using OrleansChat.Server;
using OrleansChat.Server.Options;

namespace OrleansChat.Chaos.Nodes;

/// <summary>
/// The server as it is, with a clock that can be set and perhaps one part replaced by one with a bug. Only this program can do that: the
/// server itself has no switch for it.
/// </summary>
internal static class NodeHost
{
    public const string Verb = "node";

    /// <summary>Runs a node: the board's file, the bug's name or a dash, then the server's own options.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        using NodeBoard board = NodeBoard.Open(args[0]);
        Mutant? mutant = args[1] == "-" ? null : MutantTable.Get(args[1]);
        ServerCommand command = ServerCommandLine.Parse(args[2..]);
        SettingSource source = new(command.Values, Terminal.Environment(), []);
        return await ServerHost.RunAsync(ServerOptionsReader.Read(source), services =>
        {
            services.AddSingleton<TimeProvider>(new SkewedTime(board));
            services.AddSingleton(board);
            mutant?.Replace?.Invoke(services);
        });
    }

    /// <summary>What <see cref="RunAsync"/> takes before the server's own options.</summary>
    public static string[] Arguments(NodeBoard board, string? mutant) => [Verb, board.Path, mutant ?? "-"];
}
