using OrleansChat.Cluster.Tests.Support;
using OrleansChat.Redis;

namespace OrleansChat.Cluster.Tests.Nodes;

using OrleansChat.Client;

/// <summary>Two nodes, of which one dies while everybody talks.</summary>
public sealed class KilledNodeTests
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task A_node_killed_under_load_costs_its_clients_no_message_and_doubles_none()
    {
        await using ChatCluster cluster = await ChatCluster.StartAsync();
        Member[] northerners = await cluster.JoinAsync("north", 20, cluster.North);
        Member[] southerners = await cluster.JoinAsync("south", 20, cluster.South);
        Member[] all = [.. northerners, .. southerners];
        Session watcher = await cluster.OpenAsync("watcher", cluster.South);
        Dictionary<string, Member[]> groups = new()
        {
            ["group:all"] = all,
            ["group:half"] = [.. northerners.Take(10), .. southerners.Take(10)],
            ["group:few"] = [.. northerners.TakeLast(3), .. southerners.TakeLast(3)],
        };
        await northerners[0].Chat.CreateGroupAsync("all", members: [.. all.Select(member => member.Name), watcher.Name]);
        await southerners[0].Chat.CreateGroupAsync("half", members: groups["group:half"].Select(member => member.Name));
        await northerners[^1].Chat.CreateGroupAsync("few", members: groups["group:few"].Select(member => member.Name));

        await using SteadyLoad wide = new([.. northerners.Skip(2).Take(4), .. southerners.Skip(2).Take(4)], ["group:all", "group:half"], Pace);
        await using SteadyLoad narrow = new(groups["group:few"].Take(5), ["group:few"], Pace);
        await wide.EachAckedAsync(20);
        PosixSignals.Kill(cluster.North.Pid);
        await wide.EachAckedAsync(30);
        await narrow.EachAckedAsync(1);
        IReadOnlyList<Sent> sent = [.. await wide.StopAsync(), .. await narrow.StopAsync()];

        Assert.All(northerners, member => Assert.NotEmpty(member.Recorder.Of<DisconnectedEvent>()));
        Assert.All(southerners, member => Assert.Empty(member.Recorder.Of<DisconnectedEvent>()));
        foreach ((string conversation, Member[] members) in groups)
        {
            Transcript transcript = await Transcript.ReadAsync(members[^1].Chat, conversation);
            transcript.AssertKept(sent);
            await Task.WhenAll(members.Select(member => transcript.AssertHeardAsync(member.Recorder)));
            if (conversation == "group:all")
            {
                await transcript.AssertHeardAsync(watcher.Recorder);
            }

            Assert.All(members, member => Assert.Empty(member.Recorder.Of<ConversationResetEvent>()));
        }
    }
}
