using OrleansChat.Cluster.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.Cluster.Tests.Storage;

using OrleansChat.Client;

/// <summary>An older copy of a conversation comes back under running nodes: numbers that were given once are given again.</summary>
public sealed class RolledBackLogTests
{
    private const string Group = "group:team";
    private const int Kept = 11;
    private const int Known = 21;

    [Fact]
    public async Task A_rolled_back_log_that_a_send_finds_gets_a_new_epoch_and_every_session_is_told()
    {
        await using ChatCluster cluster = await ChatCluster.StartAsync();
        Session alice = await cluster.OpenAsync("alice", cluster.North);
        Session bob = await cluster.OpenAsync("bob", cluster.South);
        Member carol = await cluster.JoinAsync("carol", cluster.South);
        string before = await RollBackAsync(cluster, alice, ["bob", "carol"], bob.Recorder, carol.Recorder);

        SendAck ack = await alice.SendAsync(Group, "after", "text of after").WithinAsync();

        Assert.NotEqual(before, ack.Epoch);
        Assert.Equal(Kept + 1, ack.Seq);
        await AssertToldAsync(cluster, alice, new ChatPosition(before, Known));
        await AssertToldAsync(cluster, bob, new ChatPosition(before, Known));
        await Eventually.TrueAsync(() => carol.Recorder.Of<ConversationResetEvent>().Any(reset => reset.Position == new ChatPosition(ack.Epoch, ack.Seq)));
        await AssertGoesOnAsync(cluster, alice, carol.Recorder);
    }

    [Fact]
    public async Task A_rolled_back_log_that_a_catch_up_finds_gets_a_new_epoch_and_every_session_is_told()
    {
        await using ChatCluster cluster = await ChatCluster.StartAsync();
        Session alice = await cluster.OpenAsync("alice", cluster.North);
        Session bob = await cluster.OpenAsync("bob", cluster.South);
        string before = await RollBackAsync(cluster, alice, ["bob"], bob.Recorder);

        // Bob's second device was away since before the copy: its own position is not beyond the log.
        ChatPosition early = new(before, 5);
        Session device = await cluster.OpenAsync("bob", cluster.North, bob.Token, new Dictionary<string, ChatPosition> { [Group] = early });
        await AssertToldAsync(cluster, device, early);
        await AssertToldAsync(cluster, alice, new ChatPosition(before, Known));

        // The other node hears of it with the next entry.
        await using Session again = await cluster.OpenAsync("alice", cluster.North, alice.Token);
        await again.SendAsync(Group, "after", "text of after").WithinAsync();
        await AssertToldAsync(cluster, bob, new ChatPosition(before, Known));
        await AssertGoesOnAsync(cluster, alice);
    }

    [Fact]
    public async Task A_client_that_comes_back_with_a_number_which_the_log_no_longer_has_is_told()
    {
        await using ChatCluster cluster = await ChatCluster.StartAsync();
        Session alice = await cluster.OpenAsync("alice", cluster.North);
        Session bob = await cluster.OpenAsync("bob", cluster.South);
        string before = await RollBackAsync(cluster, alice, ["bob"], bob.Recorder);
        await bob.DisposeAsync();

        Session again = await cluster.OpenAsync("bob", cluster.South, bob.Token, new Dictionary<string, ChatPosition> { [Group] = new(before, Known) });

        Assert.False(again.Synced.Recovered[Group]);
        Assert.Equal(Kept, Assert.Single(again.Synced.Conversations).Last);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(15)]
    public async Task A_rolled_back_log_that_grows_on_a_node_which_never_knew_more_is_found_by_the_node_which_did(int entries)
    {
        await using ChatCluster cluster = await ChatCluster.StartAsync();
        string token = await ChatCluster.RegisterAsync("erin", cluster.South);
        Session alice = await cluster.OpenAsync("alice", cluster.North);
        string before = await RollBackAsync(cluster, alice, ["erin"]);
        Session erin = await cluster.OpenAsync("erin", cluster.South, token);

        // Alice has heard other entries under the first of these numbers.
        await Task.WhenAll(Enumerable.Range(0, entries).Select(i => erin.AskToSendAsync(Group, $"erin.{i}", $"text of erin.{i}"))).WithinAsync();

        await AssertToldAsync(cluster, alice, new ChatPosition(before, Known));
        Assert.DoesNotContain(alice.Recorder.In(Group), entry => entry.From == "erin");

        // The other node hears of the new epoch with the next entry.
        await using Session again = await cluster.OpenAsync("alice", cluster.North, alice.Token);
        await again.SendAsync(Group, "after", "text of after").WithinAsync();
        await AssertToldAsync(cluster, erin, new ChatPosition(before, Kept + entries));
        await AssertGoesOnAsync(cluster, alice);
    }

    /// <summary>A group hears 21 entries, and its log goes back to the first 11. Returns the epoch.</summary>
    private static async Task<string> RollBackAsync(ChatCluster cluster, Session alice, string[] others, params Recorder[] recorders)
    {
        string epoch = (await alice.Chat.CreateGroupAsync("team", members: others).WithinAsync()).Epoch;
        for (int i = 2; i <= Kept; i++)
        {
            await alice.SendAsync(Group, $"kept.{i}", $"text of kept.{i}").WithinAsync();
        }

        LogCopy copy = await LogCopy.TakeAsync(cluster.Redis, Group);
        for (int i = Kept + 1; i <= Known; i++)
        {
            await alice.SendAsync(Group, $"lost.{i}", $"text of lost.{i}").WithinAsync();
        }

        foreach (Recorder recorder in recorders.Append(alice.Recorder))
        {
            await Eventually.ValueAsync(() => Task.FromResult(recorder.Last(Group)), last => last == Known, what: $"{recorder.Who} hears all");
        }

        await copy.RestoreAsync();
        return epoch;
    }

    /// <summary>The session is closed with 3002; whoever resumes from where it was is told to reload, under another epoch.</summary>
    private static async Task AssertToldAsync(ChatCluster cluster, Session session, ChatPosition reached)
    {
        NativeClose close = await session.Chat.Closed.WithinAsync(what: $"the end of {session.Recorder.Who}");
        Assert.Equal(NativeClose.Stale, close.Code);
        Assert.Empty(session.Recorder.Violations);
        Dictionary<string, ChatPosition> positions = new() { [Group] = reached };
        await using Session again = await cluster.OpenAsync(session.Name, cluster.North, session.Token, positions);
        Assert.False(again.Synced.Recovered[Group]);
        Assert.NotEqual(reached.Epoch, Assert.Single(again.Synced.Conversations).Epoch);
    }

    /// <summary>The log is sound, and what happens from now on is heard on both nodes, also by clients from before.</summary>
    private static async Task AssertGoesOnAsync(ChatCluster cluster, Session owner, params Recorder[] others)
    {
        Session zoe = await cluster.OpenAsync("zoe", cluster.North);
        Session yan = await cluster.OpenAsync("yan", cluster.South);
        await using Session host = await cluster.OpenAsync(owner.Name, cluster.North, owner.Token);
        await host.Chat.InviteAsync("team", zoe.Name).WithinAsync();
        await host.Chat.InviteAsync("team", yan.Name).WithinAsync();
        SendAck ack = await zoe.SendAsync(Group, "last", "text of last").WithinAsync();

        Transcript transcript = await Transcript.ReadAsync(yan.Chat, Group);
        transcript.AssertKept([new Sent(Group, zoe.Name, "last", ack)]);
        await transcript.AssertHeardAsync(zoe.Recorder, ack.Seq - 2);
        await transcript.AssertHeardAsync(yan.Recorder, ack.Seq - 1);
        foreach (Recorder other in others)
        {
            await Eventually.TrueAsync(() => other.Last(Group) == ack.Seq);
            Assert.Empty(other.Violations);
            Assert.Equal(transcript.Entries.TakeLast(3), other.In(Group).TakeLast(3));
        }
    }
}
