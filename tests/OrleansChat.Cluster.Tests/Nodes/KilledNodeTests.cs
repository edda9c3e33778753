using OrleansChat.Cluster.Tests.Support;
using OrleansChat.Redis;
using OrleansChat.Testing;

namespace OrleansChat.Cluster.Tests.Nodes;

using OrleansChat.Client;

/// <summary>Two nodes, of which one dies while everybody talks.</summary>
public sealed class KilledNodeTests
{
    private const int Many = 120;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task A_node_killed_under_load_costs_its_clients_no_message_and_doubles_none()
    {
        await using ChatCluster cluster = await ChatCluster.StartAsync();
        Member[] northerners = await cluster.JoinAsync("north", 20, cluster.North);
        Member[] southerners = await cluster.JoinAsync("south", 20, cluster.South);
        Member[] all = [.. northerners, .. southerners];
        Session watcher = await cluster.OpenAsync("watcher", cluster.South);
        Session hasty = await cluster.OpenAsync("hasty", cluster.North);
        Dictionary<string, Member[]> groups = new()
        {
            ["group:all"] = all,
            ["group:half"] = [.. northerners.Take(10), .. southerners.Take(10)],
            ["group:few"] = [.. northerners.TakeLast(3), .. southerners.TakeLast(3)],
        };
        await northerners[0].Chat.CreateGroupAsync("all", members: [.. all.Select(member => member.Name), watcher.Name, hasty.Name]);
        await southerners[0].Chat.CreateGroupAsync("half", members: groups["group:half"].Select(member => member.Name));
        await northerners[^1].Chat.CreateGroupAsync("few", members: groups["group:few"].Select(member => member.Name));

        await using SteadyLoad wide = new([.. northerners.Skip(2).Take(4), .. southerners.Skip(2).Take(4)], ["group:all", "group:half"], Pace);
        await using SteadyLoad narrow = new(groups["group:few"].Take(5), ["group:few"], Pace);
        await wide.EachAckedAsync(20);
        SendAck?[] acked = await SendManyAsync(hasty, () => PosixSignals.Kill(cluster.North.Pid));
        await wide.EachAckedAsync(30);
        await narrow.EachAckedAsync(1);
        IReadOnlyList<Sent> sent = [.. await wide.StopAsync(), .. await narrow.StopAsync(), .. await ResendAsync(cluster, hasty, acked)];

        // Who neither sends nor hears may notice a little later.
        await Eventually.TrueAsync(() => northerners.All(member => member.Recorder.Of<DisconnectedEvent>().Count > 0));
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

    /// <summary>Sends many at once and calls back with the first acknowledgement. Null where none came.</summary>
    private static async Task<SendAck?[]> SendManyAsync(Session session, Action first)
    {
        Task<SendAck>[] sends = [.. Enumerable.Range(0, Many).Select(i => session.SendAsync("group:all", $"hasty.{i}", $"text of hasty.{i}"))];
        await (await Task.WhenAny(sends).WithinAsync(what: "the first acknowledgement"));
        first();
        return await Task.WhenAll(sends.Select(AckAsync)).WithinAsync(what: "the end of the connection");
    }

    private static async Task<SendAck?> AckAsync(Task<SendAck> send)
    {
        try
        {
            return await send;
        }
        catch (ChatClosedException)
        {
            return null;
        }
    }

    /// <summary>Sends all of it again on the node that lives: what was acknowledged has the number that it had.</summary>
    private static async Task<IReadOnlyList<Sent>> ResendAsync(ChatCluster cluster, Session session, SendAck?[] before)
    {
        Assert.Contains(before, ack => ack is not null);
        Session again = await cluster.OpenAsync(session.Name, cluster.South, session.Token);
        List<Sent> sent = [];
        for (int i = 0; i < before.Length; i++)
        {
            SendAck ack = await again.SendAsync("group:all", $"hasty.{i}", $"text of hasty.{i}").WithinAsync();
            Assert.True(before[i] is not { } old || (ack.Seq == old.Seq && ack.Duplicate), $"hasty.{i} was {before[i]} and is {ack}");
            sent.Add(new Sent("group:all", session.Name, $"hasty.{i}", ack));
        }

        return sent;
    }
}
