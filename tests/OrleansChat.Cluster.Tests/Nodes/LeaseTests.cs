using OrleansChat.Cluster.Tests.Support;
using OrleansChat.Redis;
using OrleansChat.Testing;

namespace OrleansChat.Cluster.Tests.Nodes;

using OrleansChat.Client;

/// <summary>What a dead node held is given back once its lease has run out.</summary>
public sealed class LeaseTests
{
    [Fact]
    public async Task Users_of_a_killed_node_go_offline_and_guest_names_become_free_when_its_lease_is_swept()
    {
        await using ChatCluster cluster = await ChatCluster.StartAsync();
        string token = await ChatCluster.RegisterAsync("alice", cluster.North);
        await cluster.OpenAsync("alice", cluster.North, token);
        await cluster.OpenAsync("gustav", cluster.North);
        Session bob = await cluster.OpenAsync("bob", cluster.South);
        await bob.Chat.SetContactAsync("alice").WithinAsync();
        await bob.SendAsync("dm:bob:gustav", "1", "hello").WithinAsync();
        await Eventually.ValueAsync(() => WhoAsync(bob), who => who.SequenceEqual(["alice", "bob", "gustav"]));

        // A lease lasts 15 s, and nodes look for dead ones every 5 s.
        PosixSignals.Kill(cluster.North.Pid);
        ChatException taken = await Assert.ThrowsAsync<ChatException>(() => ChatCluster.TokenAsync("gustav", cluster.South));
        await Eventually.TrueAsync(() => OfflineIs("alice", bob) && OfflineIs("gustav", bob), what: "bob hears that alice and gustav went offline");
        string[] who = await Eventually.ValueAsync(() => WhoAsync(bob), who => who.SequenceEqual(["bob"]));
        await ChatCluster.TokenAsync("gustav", cluster.South);

        Assert.Equal("name_taken", taken.Name);
        Assert.Equal(["bob"], who);
        Assert.Equal("offline", (await bob.Chat.UserAsync("alice")).State);
        await Assert.ThrowsAsync<ChatException>(() => ChatCluster.RegisterAsync("alice", cluster.South));
        await cluster.OpenAsync("alice", cluster.South, token);
        await Eventually.TrueAsync(() => bob.Recorder.Of<PresenceEvent>().Last(news => news.User == "alice").State == "online");
    }

    private static bool OfflineIs(string name, Session watcher) =>
        watcher.Recorder.Of<PresenceEvent>().LastOrDefault(news => news.User == name)?.State == "offline";

    private static async Task<string[]> WhoAsync(Session session) =>
        [.. (await session.Chat.WhoAsync()).Items.Select(person => person.Name).Order(StringComparer.Ordinal)];
}
