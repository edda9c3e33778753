using OrleansChat.Cluster.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.Cluster.Tests.Nodes;

using OrleansChat.Client;

/// <summary>A node is asked to end while everybody talks.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task A_node_that_drains_under_load_exits_with_0_and_its_clients_go_on_elsewhere_without_a_loss()
    {
        await using ChatCluster cluster = await ChatCluster.StartAsync();
        Member[] northerners = await cluster.JoinAsync("north", 8, cluster.North);
        Member[] southerners = await cluster.JoinAsync("south", 8, cluster.South);
        Member[] all = [.. northerners, .. southerners];
        Session leaver = await cluster.OpenAsync("leaver", cluster.North);
        await southerners[0].Chat.CreateGroupAsync("all", members: [.. all.Select(member => member.Name), leaver.Name]);
        await using SteadyLoad load = new(all, ["group:all"], TimeSpan.FromMilliseconds(50));
        await load.EachAckedAsync(10);

        int exit = await cluster.North.StopAsync();
        await load.EachAckedAsync(20);
        IReadOnlyList<Sent> sent = await load.StopAsync();

        Assert.Equal(0, exit);
        Assert.DoesNotContain("Not everything was drained", cluster.North.Errors, StringComparison.Ordinal);
        string[] unkind = [.. northerners.Where(member => !WasSentElsewhere(member)).Select(member => $"{member.Name}: {First(member)?.ToString() ?? "stayed"}")];
        Assert.True(unkind.Length == 0, "cut off without a word: " + string.Join("; ", unkind));
        Assert.All(southerners, member => Assert.Empty(member.Recorder.Of<DisconnectedEvent>()));
        Transcript transcript = await Transcript.ReadAsync(southerners[0].Chat, "group:all");
        transcript.AssertKept(sent);
        await Task.WhenAll(all.Select(member => transcript.AssertHeardAsync(member.Recorder)));
        Assert.Empty(cluster.North.Failures);

        // What a session without any client library has to do: read to the end, and resume from there on the other node.
        Assert.Equal(NativeClose.Shutdown, (await leaver.Chat.Closed.WithinAsync(what: "the close of the leaver")).Code);
        Assert.Contains(leaver.Recorder.Of<ByeEvent>(), bye => bye is { Code: NativeClose.Shutdown, Reconnect: true });
        Assert.Empty(leaver.Recorder.Violations);
        ChatPosition reached = leaver.Position("group:all");
        Session again = await cluster.OpenAsync(leaver.Name, cluster.South, leaver.Token, new Dictionary<string, ChatPosition> { ["group:all"] = reached });
        Assert.True(again.Synced.Recovered["group:all"]);
        await transcript.AssertHeardAsync(again.Recorder, reached.Seq + 1);
    }

    private static bool WasSentElsewhere(Member member) =>
        member.Recorder.Of<ByeEvent>().Any(bye => bye is { Code: NativeClose.Shutdown, Reconnect: true }) && First(member)?.Code == NativeClose.Shutdown;

    private static NativeClose? First(Member member) => member.Recorder.Of<DisconnectedEvent>() is [var first, ..] ? first.Close : null;
}
