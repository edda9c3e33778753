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
        var way = new WayOption();
        return Build(
            way.AddTo(new Command("pairs", "One-to-one messages in many direct conversations at once.") { pairs, window, rate, echo }),
            (options, parsed) =>
            {
                var (count, width, perSecond) = (parsed.GetValue(pairs), parsed.GetValue(window), parsed.GetValue(rate));
                return cancel => RunAsync(
                    options,
                    $"{count} pairs, {(perSecond > 0 ? $"{perSecond}/s" : $"window {width}")}, {options.Bytes} bytes{way.Name(parsed)}",
                    guests => way.Dialect(parsed, guests) is { } dialect
                        ? PeerCrowd.PairsAsync(options, dialect, count, width, cancel)
                        : PairsCrowd.ConnectAsync(options, guests, count, width, parsed.GetValue(echo), cancel),
                    perSecond,
                    cancel);
            });
    }

    public static Command Group()
    {
        var members = Numbers.Int("--members", 500, "How many members the group has.", 2);
        var senders = Numbers.Int("--senders", 5, "How many of them send.");
        var window = Numbers.Int("--window", 2, "How many sends each sender keeps unacknowledged (the server allows 128).");
        var rate = Rate();
        var way = new WayOption();
        return Build(
            way.AddTo(new Command("group", "Few send, everyone in one group receives.") { members, senders, window, rate }),
            (options, parsed) =>
            {
                var (count, sending, width, perSecond) = (parsed.GetValue(members), parsed.GetValue(senders), parsed.GetValue(window), parsed.GetValue(rate));
                return cancel => RunAsync(
                    options,
                    $"group of {count}, {Math.Min(sending, count)} senders, {(perSecond > 0 ? $"{perSecond}/s" : $"window {width}")}, {options.Bytes} bytes{way.Name(parsed)}",
                    guests => way.Dialect(parsed, guests) is { } dialect
                        ? PeerCrowd.GroupAsync(options, dialect, count, sending, width, cancel)
                        : GroupCrowd.ConnectAsync(options, guests, count, sending, width, cancel),
                    perSecond,
                    cancel);
            });
    }

    public static Command Storm()
    {
        var connections = Numbers.Int("--connections", 5000, "How many come.");
        var atOnce = Numbers.Int("--at-once", 64, "How many are coming in at any time.");
        var peer = WayOption.Peer();
        return Build(
            new Command("storm", "All come at once with a token they have, and stay: sign-ins a second, memory and CPU at rest for each.") { connections, atOnce, peer },
            (options, parsed) => new StormScenario(
                options, parsed.GetValue(connections), parsed.GetValue(atOnce), parsed.GetValue(peer) is { } name ? PeerDialects.Of(name) : null).RunAsync);
    }

    public static Command History()
    {
        var messages = Numbers.Int("--messages", 100_000, "How many messages the conversation has; they are written first.", 200);
        var readers = Numbers.Int("--readers", 4, "How many read, a page at a time each.");
        return Build(
            new Command("history", "Pages of 50 from random places of a long conversation.") { messages, readers },
            (options, parsed) => new HistoryScenario(options, parsed.GetValue(messages), parsed.GetValue(readers)).RunAsync);
    }

    public static Command Sync()
    {
        var conversations = Numbers.Int("--conversations", 1000, "How many conversations the user has; they are made first.");
        var atOnce = Numbers.Int("--at-once", 2, "How many connections sync at any time.");
        return Build(
            new Command("sync", "A user with many conversations connects and syncs.") { conversations, atOnce },
            (options, parsed) => new SyncScenario(options, parsed.GetValue(conversations), parsed.GetValue(atOnce)).RunAsync);
    }

    public static Command Mixed()
    {
        var pairs = Numbers.Int("--pairs", 100, "How many direct conversations.");
        var rate = Numbers.Double("--rate", 1000, "Direct messages a second, in all.");
        var members = Numbers.Int("--members", 500, "How many members the group has.", 2);
        var groupRate = Numbers.Double("--group-rate", 20, "Messages to the group a second, in all.");
        var visitors = Numbers.Int("--visitors", 10, "How many come and go, each several times a second.");
        return Build(
            new Command("mixed", "Direct messages, a large group, and people who come, read and leave, all at once.") { pairs, rate, members, groupRate, visitors },
            (options, parsed) => new MixedScenario(
                options, parsed.GetValue(pairs), parsed.GetValue(rate), parsed.GetValue(members), parsed.GetValue(groupRate), parsed.GetValue(visitors)).RunAsync);
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

    private static async Task<LoadReport> RunAsync(
        LoadOptions options, string name, Func<Guests, Task<Crowd>> connect, double rate, CancellationToken cancel)
    {
        using var guests = new Guests(options);
        using var crowd = await connect(guests);
        return await new MessageLoad(options, [crowd], [rate]).RunAsync(name, cancel);
    }

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
            catch (Exception failed) when (failed is LoadException or TimeoutException or ChatException or HttpRequestException or System.Net.Sockets.SocketException or System.Net.WebSockets.WebSocketException)
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
