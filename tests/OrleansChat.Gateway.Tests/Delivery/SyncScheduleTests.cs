using OrleansChat.Conversations;
using OrleansChat.Gateway.Tests.Simulation;

namespace OrleansChat.Gateway.Tests.Delivery;

/// <summary>
/// Many random schedules of clients that come, go and sync while others write and announcements are lost, doubled and reordered: every
/// client gets every entry after its position exactly once and in order, whatever happens. A failure names its seed; that seed fails again.
/// </summary>
public sealed class SyncScheduleTests
{
    private static readonly string[] Groups = ["group:one", "group:two"];

    [Fact]
    public void Clients_that_come_and_go_get_everything_once_in_order() =>
        RunMany(300, seed => new ChaosOptions(Groups), missed: 60);

    [Fact]
    public void Thousands_of_missed_messages_and_live_ones_leave_no_hole_and_no_repeat() =>
        RunMany(20, seed => new ChaosOptions(Groups[..1]) { Steps = 400, Leaves = 10, Losses = 20, Delay = 60 }, missed: 5000);

    [Fact]
    public void Members_who_are_put_out_and_let_in_again_get_what_is_theirs_and_no_more() =>
        RunMany(300, seed => new ChaosOptions(Groups) { Kicks = 60, Leaves = 10 }, missed: 30);

    [Fact]
    public void Logs_that_are_rolled_back_are_never_mixed_with_what_they_were() =>
        RunMany(150, seed => new ChaosOptions(Groups) { RollBacks = 15 }, missed: 30);

    [Fact]
    public void Storage_that_fails_now_and_then_costs_time_and_nothing_else() =>
        RunMany(150, seed => new ChaosOptions(Groups) { Kicks = 20 }, missed: 30, failures: 8);

    [Fact]
    public void Clients_that_read_too_slowly_are_closed_and_resume() =>
        RunMany(60, seed => new ChaosOptions(Groups) { Leaves = 0 }, missed: 200, new ChatLimits { QueueEvents = 12 });

    private static void RunMany(int schedules, Func<int, ChaosOptions> options, int missed, ChatLimits? limits = null, int failures = 0)
    {
        int first = Environment.GetEnvironmentVariable("SEED") is { } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : 0;
        int from = first != 0 ? first : Random.Shared.Next(1, int.MaxValue - schedules);
        long received = 0;
        for (int seed = from; seed < (first != 0 ? from + 1 : from + schedules); seed++)
        {
            SeededScheduler.Run(seed, async scheduler => received += await RunAsync(scheduler, options(seed), missed, limits, failures));
        }

        Assert.True(received > schedules || first != 0);
    }

    private static async Task<long> RunAsync(SeededScheduler scheduler, ChaosOptions options, int missed, ChatLimits? limits, int failures)
    {
        using var node = new Node(scheduler, limits);
        SimulatedClient[] clients = [.. Enumerable.Range(0, 3).Select(i => new SimulatedClient(node, $"user{i}"))];
        foreach (string group in options.Conversations)
        {
            MemoryConversation log = node.Log[group];
            foreach (SimulatedClient client in clients)
            {
                log.Admit(client.User);
                node.List(client.User, group);
            }

            for (int i = scheduler.Random.Next(missed); i > 0; i--)
            {
                log.Say("owner", $"{group}-{log.Last + 1}");
            }

            foreach (SimulatedClient client in clients.Skip(1))
            {
                client.Remember(group, log.Epoch, scheduler.Random.Next(3, (int)log.Last + 1));
            }
        }

        node.Log.FailuresPercent = failures;
        scheduler.TimePasses = true;
        using var over = new CancellationTokenSource();
        Task[] lives = [.. clients.Select(client => client.LiveAsync(over.Token))];
        Task chaos = new Chaos(node, clients, options).RunAsync();

        // A client that saw something wrong ends at once.
        await await Task.WhenAny([chaos, .. lives]);
        await SettleAsync(node, clients, lives, options.Conversations);
        Assert.Empty(node.Errors.Lines);
        Assert.True(options.Kicks > 0 || node.Dropped.Count == 0, "Somebody's list lost a conversation.");
        await over.CancelAsync();
        foreach (SimulatedClient client in clients)
        {
            client.Leave();
        }

        await Task.WhenAll(lives);
        return clients.Sum(client => client.Received);
    }

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>When the storm is over, everybody has everything.</summary>
    private static async Task SettleAsync(Node node, SimulatedClient[] clients, Task[] lives, IReadOnlyList<string> conversations)
    {
        node.Log.FailuresPercent = 0;
        long received = 0;
        long moved = TimeProvider.System.GetTimestamp();
        for (int idle = 0; !IsDone(); idle++)
        {
            long before = received;
            received = clients.Sum(client => client.Received + client.Lives);
            (idle, moved) = received > before ? (0, TimeProvider.System.GetTimestamp()) : (idle, moved);
            if (lives.FirstOrDefault(life => life.IsCompleted) is { } ended)
            {
                await ended;
            }

            // That a session has ended is told by the machine's own threads, which a busy machine may keep waiting while simulated time flies.
            if (idle >= 200 && TimeProvider.System.GetElapsedTime(moved) > Patience)
            {
                Assert.Fail(string.Join("; ", conversations.Select(id =>
                    $"{id} of {string.Join(' ', node.Log[id].Members.Keys)} is at {node.Log[id].Epoch}/{node.Log[id].Last}, {string.Join(", ", clients.Select(client => client.Describe(id)))}")));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), node.Scheduler.Time);
        }

        bool IsDone() => clients.All(client => conversations.All(id => node.Log[id].Members.ContainsKey(client.User)
            ? client.IsAt(id, node.Log[id].Epoch, node.Log[id].Last)
            : !client.Knows(id)));
    }
}
