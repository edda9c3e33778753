using System.CommandLine;
using OrleansChat.Client;

namespace OrleansChat.Load;

/// <summary>The commands of the command line.</summary>
internal static class LoadCommands
{
    public static Command Pairs()
    {
        var pairs = Numbers.Int("--pairs", 100, "How many direct conversations; each has one who sends and one who receives.");
        var window = Numbers.Int("--window", 8, "How many sends each sender keeps unacknowledged (the server allows 128).");
        var rate = Rate();
        var echo = new Option<bool>("--echo") { Description = "Senders receive their own messages too." };
        return Build(
            new Command("pairs", "One-to-one messages in many direct conversations at once.") { pairs, window, rate, echo },
            (options, parsed) => new PairsScenario(
                options, parsed.GetValue(pairs), parsed.GetValue(window), parsed.GetValue(rate), parsed.GetValue(echo)).RunAsync);
    }

    public static Command Group()
    {
        var members = Numbers.Int("--members", 500, "How many members the group has.", 2);
        var senders = Numbers.Int("--senders", 5, "How many of them send.");
        var window = Numbers.Int("--window", 2, "How many sends each sender keeps unacknowledged (the server allows 128).");
        var rate = Rate();
        return Build(
            new Command("group", "Few send, everyone in one group receives.") { members, senders, window, rate },
            (options, parsed) => new GroupScenario(
                options, parsed.GetValue(members), parsed.GetValue(senders), parsed.GetValue(window), parsed.GetValue(rate)).RunAsync);
    }

    public static Command Idle()
    {
        var connections = Numbers.Int("--connections", 5000, "How many connections.");
        var door = new Option<string>("--door") { Description = "Through which door they come.", DefaultValueFactory = _ => "native" };
        door.AcceptOnlyFromAmong([.. IdleDoors.Names]);
        var line = new Option<string>("--line") { Description = "Where the line door listens.", DefaultValueFactory = _ => "127.0.0.1:8023" };
        var resp = new Option<string>("--resp") { Description = "Where the RESP door listens.", DefaultValueFactory = _ => "127.0.0.1:8379" };
        return Build(
            new Command("idle", "Connections that do nothing: how fast they come in, and what each costs in memory.") { connections, door, line, resp },
            (options, parsed) => new IdleScenario(
                options,
                parsed.GetValue(connections),
                parsed.GetValue(door)!,
                new IdleAddresses(parsed.GetValue(line)!, parsed.GetValue(resp)!)).RunAsync);
    }

    private static Option<double> Rate()
        => Numbers.Double("--rate", 0, "Send this many messages a second in all, on a fixed schedule; latency counts from the scheduled time. 0: as fast as the windows allow.");

    private static Command Build(Command command, Func<LoadOptions, ParseResult, Func<CancellationToken, Task<LoadReport>>> scenario)
    {
        var shared = new SharedOptions();
        shared.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            try
            {
                var options = shared.Read(parsed);
                var report = await scenario(options, parsed)(cancel);
                await report.WriteAsync(Console.Out, options.Json);
                return report.Violations.Count == 0 ? 0 : 1;
            }
            catch (Exception failed) when (failed is LoadException or ChatException or HttpRequestException or System.Net.Sockets.SocketException or System.Net.WebSockets.WebSocketException)
            {
                await Console.Error.WriteLineAsync($"error: {failed.Message}");
                return 1;
            }
        });
        return command;
    }
}

/// <summary>The load cannot be set up.</summary>
internal sealed class LoadException(string message, Exception? cause = null) : Exception(message, cause);
