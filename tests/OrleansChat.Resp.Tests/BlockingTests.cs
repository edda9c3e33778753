using OrleansChat.Resp.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.Resp.Tests;

/// <summary>Many who wait, and nodes that end while somebody waits.</summary>
public sealed class BlockingTests(RespCluster cluster)
{
    private const int Callers = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_thousand_members_who_wait_wake_on_one_message()
    {
        string team = RespCluster.Name("team");
        string[] members = [.. Enumerable.Range(0, Callers).Select(i => RespCluster.Name($"m{i}"))];
        await using RespSocket door = await cluster.North.ConnectAsync();
        await door.CallAsync("IM.GROUP", team, members[0]);
        using var joins = new MemoryStream();
        foreach (string member in members)
        {
            joins.Write(RespSocket.Encode("IM.JOIN", member, team));
        }

        await door.SendRawAsync(joins.ToArray());
        foreach (string _ in members)
        {
            await door.ReadAsync();
        }

        RespSocket[] sockets = await Task.WhenAll(members.Select((_, i) => (i % 2 == 0 ? cluster.North : cluster.South).ConnectAsync()));
        await Task.WhenAll(sockets.Select((socket, i) => socket.SendAsync("IM.RECIVE", members[i], "START", "$", "BLOCK", "0")));
        Task<List<FeedMessage>>[] replies = [.. sockets.Select(socket => socket.ReadFeedAsync(Patience))];
        Task<int> waiting = Eventually.ValueAsync(
            async () => await WaitingAsync(cluster.North) + await WaitingAsync(cluster.South), waiting => waiting >= Callers, Patience);
        await await Task.WhenAny([waiting, .. replies]);
        Assert.True(waiting.IsCompletedSuccessfully, "somebody did not wait");

        await door.CallAsync("IM.GSEND", members[0], team, "text", "wake up");

        Assert.All(await Task.WhenAll(replies), reply => Assert.Equal("wake up", Assert.Single(reply)["text"]));
        await Task.WhenAll(sockets.Select(socket => socket.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task A_thousand_callers_who_wait_for_one_user_wake_on_one_message()
    {
        string alice = RespCluster.Name("alice");
        string bob = RespCluster.Name("bob");
        await using RespSocket door = await cluster.South.ConnectAsync();
        RespSocket[] sockets = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => cluster.North.ConnectAsync()));
        await Task.WhenAll(sockets.Select(socket => socket.SendAsync("IM.RECIVE", bob, "START", "0", "BLOCK", "0")));
        await Waiting.OneAsync(cluster.North, bob);

        await door.CallAsync("IM.SEND", alice, bob, "text", "wake up");

        foreach (RespSocket socket in sockets)
        {
            Assert.Equal("wake up", Assert.Single(await socket.ReadFeedAsync())["text"]);
            await socket.DisposeAsync();
        }
    }

    [Fact]
    public async Task Who_waits_on_a_node_that_is_killed_goes_on_at_another_from_the_same_place()
    {
        await using RespNode doomed = await RespNode.StartAsync(cluster.Redis, "--node", "doomed");
        string alice = RespCluster.Name("alice");
        string bob = RespCluster.Name("bob");
        await using RespSocket door = await cluster.North.ConnectAsync();
        await door.CallAsync("IM.SEND", alice, bob, "text", "before");
        await using RespSocket waiting = await doomed.ConnectAsync();
        string start = Assert.Single(await waiting.ReceiveAsync(bob, "START", "0")).Id;
        await waiting.SendAsync("IM.RECIVE", bob, "START", start, "BLOCK", "0");
        await Waiting.OneAsync(doomed, bob);

        await doomed.Server.KillAsync();
        await door.CallAsync("IM.SEND", alice, bob, "text", "meanwhile");
        await using RespSocket other = await cluster.South.ConnectAsync();

        Assert.Equal("meanwhile", Assert.Single(await other.ReceiveAsync(bob, "START", start, "BLOCK", "0"))["text"]);
    }

    [Fact]
    public async Task A_node_that_stops_lets_those_who_wait_go()
    {
        await using RespNode node = await RespNode.StartAsync(cluster.Redis, "--node", "stopping");
        string bob = RespCluster.Name("bob");
        await using RespSocket waiting = await node.ConnectAsync();
        await waiting.SendAsync("IM.RECIVE", bob, "START", "0", "BLOCK", "0");
        await Waiting.OneAsync(node, bob);

        Task<int> exit = node.Server.StopAsync();

        Assert.True(await waiting.IsClosedAsync());
        Assert.Equal(0, await exit);
        Assert.Empty(node.Server.Failures);
    }

    private static async Task<int> WaitingAsync(RespNode node)
    {
        string redis = node.Server.Ready["redis"];
        int port = int.Parse(redis.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);
        string follows = await Programs.RedisCliAsync(port, "SMEMBERS", $"{{node:{node.Server.Ready["node"]}}}:follows");
        return follows.Split(' ').Count(stream => stream.StartsWith("feed/m", StringComparison.Ordinal));
    }
}
