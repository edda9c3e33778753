using System.Globalization;
using OrleansChat.Client;
using OrleansChat.Cluster.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.Deployment.Tests.Topology;

/// <summary>Every process of the cluster is restarted, one after the other, while everybody talks.</summary>
public sealed class RollingRestartTests
{
    private const string Group = "group:all";

    /// <summary>Two to four minutes.</summary>
    private const int LongRounds = 8;

    [Fact]
    public Task A_rolling_restart_under_load_loses_doubles_and_reorders_nothing() => RollAsync(rounds: 1, people: 8);

    /// <summary>By <c>./test.sh Deployment -- -explicit only -class '*RollingRestartTests'</c>.</summary>
    [Fact(Explicit = true)]
    public Task Many_rolling_restarts_under_load_lose_double_and_reorder_nothing() => RollAsync(LongRounds, people: 40);

    private static async Task RollAsync(int rounds, int people)
    {
        await using ComposeTopology topology = await ComposeTopology.StartAsync();
        Member[] members = await topology.JoinAsync("member", people);
        await members[0].Chat.CreateGroupAsync("all", members: members.Select(member => member.Name), join: "open");
        await using StockClients sockets = await StockClients.JoinAsync(topology.Url, "all", []);
        await using SteadyLoad load = new(members, [Group], TimeSpan.FromMilliseconds(50));
        await load.EachAckedAsync(10, TimeSpan.FromSeconds(60));

        Dictionary<string, TimeSpan> silences = [];
        for (int round = 0; round < rounds; round++)
        {
            await StepAsync("north", () => topology.RestartNodeAsync(0));
            await StepAsync("south", () => topology.RestartNodeAsync(1));
            await StepAsync("balancer", topology.RestartBalancerAsync);
            await StepAsync("Redis", topology.RestartRedisAsync);
        }

        IReadOnlyList<Sent> sent = await load.StopAsync();
        Transcript transcript = await Transcript.ReadAsync(members[^1].Chat, Group);
        transcript.AssertKept(sent);
        await Task.WhenAll(members.Select(member => transcript.AssertHeardAsync(member.Recorder, deadline: TimeSpan.FromSeconds(60))));
        Assert.All(members, member => Assert.Empty(member.Recorder.Of<ConversationResetEvent>()));
        string[] said = [.. transcript.Entries.Where(entry => entry.ClientId is not null).Select(entry => entry.Text!)];
        await Eventually.TrueAsync(() => sockets.Heard.Values.All(heard => heard.Length >= said.Length), TimeSpan.FromSeconds(60), "what the Socket.IO clients hear");
        Assert.Empty(sockets.Lost);
        Assert.Equal(5, sockets.Heard.Count);
        Assert.All(sockets.Heard, heard => Assert.Equal(said, heard.Value));

        // ./test.sh shows what begins like this, also of a test that passed.
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Measured: {rounds} rolling restarts under load of {people} people: {sent.Count} messages, longest wait for an acknowledgement {load.LongestWait.TotalSeconds:0.0} s, longest silence at a client while restarting {string.Join(", ", silences.Select(silence => $"{silence.Key} {silence.Value.TotalSeconds:0.0} s"))}"));

        async Task StepAsync(string what, Func<Task> restart)
        {
            Array.ForEach(members, member => member.Recorder.BeginSilences());
            await restart();
            await load.EachAckedAsync(10, TimeSpan.FromSeconds(60));
            TimeSpan longest = members.Max(member => member.Recorder.LongestSilence);
            silences[what] = longest > silences.GetValueOrDefault(what) ? longest : silences.GetValueOrDefault(what);
        }
    }
}
