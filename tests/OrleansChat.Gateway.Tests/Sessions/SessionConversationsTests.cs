using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Gateway.Tests.Simulation;
using OrleansChat.Streams;

namespace OrleansChat.Gateway.Tests.Sessions;

public sealed class SessionConversationsTests
{
    private const string Group = "group:one";

    private static readonly ConversationId Id = ConversationId.Group("one");

    [Fact]
    public void Session_that_has_not_synced_hears_nothing() => Run(async (node, log) =>
    {
        await node.JoinAsync("bob", Group);
        log.Admit("alice");
        node.List("alice", Group);
        ChatSession alice = node.Open("alice");
        alice.Conversations.Follow(Id);
        Say(node, log, "hi");
        await node.Scheduler.SettleAsync();

        Assert.Empty(alice.TakeAll());
    });

    [Fact]
    public void Nothing_is_delivered_before_the_answer_to_sync_is_out() => Run(async (node, log) =>
    {
        log.Admit("alice");
        node.List("alice", Group);
        Say(node, log, "missed");
        ChatSession alice = node.Open("alice");

        Result<SyncReply> reply = await alice.Conversations.SyncAsync(Positions(log.Epoch, 1));
        Say(node, log, "live");
        await node.Scheduler.SettleAsync();
        Assert.Empty(alice.TakeAll());
        alice.Conversations.ReplySent();
        await node.Scheduler.SettleAsync();

        Assert.True(reply.Value!.Recovered[Group]);
        Assert.Equal(2, Assert.Single(reply.Value.Conversations).Last);
        Assert.Equal([2, 3], alice.TakeSeqs());
    });

    [Fact]
    public void Position_decides_what_follows_a_sync() => Run(async (node, log) =>
    {
        log.Admit("alice");
        node.List("alice", Group);
        for (int i = 0; i < 50; i++)
        {
            Say(node, log, $"{i}");
        }

        log.First = 10;
        await AssertAsync(log.Epoch, 51, recovered: true);
        await AssertAsync(log.Epoch, 40, recovered: true);
        await AssertAsync(log.Epoch, 9, recovered: true);
        await AssertAsync(log.Epoch, 8, recovered: false);
        await AssertAsync(log.Epoch, 52, recovered: false);
        await AssertAsync("another", 40, recovered: false);
        await AssertAsync(string.Empty, 40, recovered: false);
        await AssertAsync(log.Epoch, 20, recovered: false, new ChatLimits { Replay = 30 });
        await AssertAsync(log.Epoch, 21, recovered: true, new ChatLimits { Replay = 30 });

        async Task AssertAsync(string epoch, long seq, bool recovered, ChatLimits? limits = null)
        {
            using var other = new Node(node.Scheduler, limits, node.Log);
            other.List("alice", Group);
            ChatSession alice = other.Open("alice");
            Result<SyncReply> reply = await alice.Conversations.SyncAsync(Positions(epoch, seq));
            alice.Conversations.ReplySent();
            await node.Scheduler.SettleAsync();
            Assert.Equal((seq, recovered), (seq, reply.Value!.Recovered[Group]));
            Assert.Equal(recovered ? Numbers(seq + 1, 51) : [], alice.TakeSeqs());
        }
    });

    [Fact]
    public void Position_of_a_conversation_that_is_none_of_the_user_s_is_not_recovered() => Run(async (node, log) =>
    {
        ChatSession alice = node.Open("alice");

        Result<SyncReply> reply = await alice.Conversations.SyncAsync(Positions(log.Epoch, 1));

        Assert.False(reply.Value!.Recovered[Group]);
        Assert.Empty(reply.Value.Conversations);
    });

    [Fact]
    public void Kick_by_number_ends_delivery_with_the_entry_that_says_so() => Run(async (node, log) =>
    {
        ChatSession alice = await node.JoinAsync("alice", Group);
        ChatSession bob = await node.JoinAsync("bob", Group);
        alice.TakeAll();
        log.Say("owner", "before");
        log.Kick("alice");
        log.Say("owner", "after");

        // The order in which they arrive does not matter.
        foreach (long seq in new long[] { 5, 3, 4 })
        {
            node.Streams.Deliver(Group, Node.Entries(log, seq, seq));
        }

        OutboundItem[] heard = [.. alice.TakeAll()];
        Assert.Equal(["message", "message", "conversation.removed"], heard.Names());
        Assert.Equal([3, 4], heard.Take(2).Select(item => item.Event!.Seq));
        Assert.Equal([3, 4, 5], bob.TakeSeqs());
        await node.Scheduler.SettleAsync();
        node.Streams.Deliver(Group, new Announcement(AnnouncementKind.Event, """{"ev":"typing"}"""u8.ToArray()));
        Assert.Empty(alice.TakeAll());
        Assert.Single(bob.TakeAll());
    });

    [Fact]
    public void Replay_ends_where_the_membership_does() => Run(async (node, log) =>
    {
        log.Admit("alice");
        node.List("alice", Group);
        for (int i = 0; i < 500; i++)
        {
            log.Say("owner", $"{i}");
        }

        ChatSession alice = node.Open("alice");
        await alice.Conversations.SyncAsync(Positions(log.Epoch, 1));
        alice.Conversations.ReplySent();
        (long kicked, _) = log.Kick("alice");
        log.Say("owner", "secret");
        node.Streams.Deliver(Group, Node.Entries(log, kicked, kicked + 1));
        await node.Scheduler.SettleAsync();

        OutboundItem[] heard = [.. alice.TakeAll()];
        Assert.DoesNotContain(heard, item => item.Event?.Seq > kicked);
        Assert.Equal("conversation.removed", heard.Names().Last());
    });

    [Fact]
    public void Person_who_comes_in_is_told_of_the_conversation_and_hears_it_from_then_on() => Run(async (node, log) =>
    {
        ChatSession alice = node.Open("alice");
        await alice.Conversations.SyncAsync(Positions());
        alice.Conversations.ReplySent();
        Say(node, log, "before");

        node.List("alice", Group);
        alice.Conversations.Follow(Id);
        await node.Scheduler.SettleAsync();
        Assert.Empty(alice.TakeAll());
        (long joined, _) = log.Admit("alice");
        node.Streams.Deliver(Group, Node.Entries(log, joined, joined));
        Say(node, log, "after");
        await node.Scheduler.SettleAsync();

        OutboundItem[] heard = [.. alice.TakeAll()];
        Assert.Equal(["conversation", "message", "message"], heard.Names());
        Assert.Equal([joined, joined + 1], heard.Skip(1).Select(item => item.Event!.Seq));
    });

    [Fact]
    public void Person_who_was_put_out_and_let_in_again_hears_it_although_the_news_overtook_each_other() => Run(async (node, log) =>
    {
        ChatSession alice = await node.JoinAsync("alice", Group);
        log.Kick("alice");
        log.Say("owner", "without her");
        (long joined, _) = log.Admit("alice");

        // The list's news come first, then what was announced of the conversation.
        alice.Conversations.Unfollow(Id);
        alice.Conversations.Follow(Id);
        await node.Scheduler.SettleAsync();
        node.Streams.Deliver(Group, Node.Entries(log, 2, joined));
        Say(node, log, "with her");
        await node.Scheduler.SettleAsync();

        Assert.Null(alice.Reason);
        Assert.Contains(log.Last, alice.TakeSeqs());
    });

    [Fact]
    public void Session_that_ends_while_it_syncs_loses_nothing_from_the_user_s_list() => RunMany(100, async (node, log) =>
    {
        foreach (int i in Enumerable.Range(0, 20))
        {
            node.Log[$"group:{i:00}"].Admit("alice");
            node.List("alice", $"group:{i:00}");
        }

        ChatSession alice = node.Open("alice");
        Task<Result<SyncReply>> syncing = alice.Conversations.SyncAsync(Positions());
        await node.Scheduler.HesitateAsync(40);
        Node.End(alice);
        await IgnoreCancellationAsync(syncing);
        await node.Scheduler.SettleAsync();

        Assert.Empty(node.Dropped);
    });

    [Fact]
    public void Two_syncs_at_once_leave_every_conversation_heard() => RunMany(100, async (node, log) =>
    {
        foreach (int i in Enumerable.Range(0, 5))
        {
            node.Log[$"group:{i:00}"].Admit("alice");
            node.List("alice", $"group:{i:00}");
        }

        ChatSession alice = node.Open("alice");
        await Task.WhenAll(Sync(), Sync());
        await node.Scheduler.SettleAsync();
        alice.TakeAll();
        foreach (int i in Enumerable.Range(0, 5))
        {
            MemoryConversation one = node.Log[$"group:{i:00}"];
            one.Say("owner", "hi");
            node.Streams.Deliver($"group:{i:00}", Node.Entries(one, one.Last, one.Last));
        }

        await node.Scheduler.SettleAsync();
        Assert.Empty(node.Dropped);
        Assert.Equal(5, alice.TakeSeqs().Count());

        async Task Sync()
        {
            Result<SyncReply> reply = await alice.Conversations.SyncAsync(Positions());
            Assert.Equal(5, reply.Value!.Conversations.Count);
            alice.Conversations.ReplySent();
        }
    });

    [Fact]
    public void Sync_during_which_nothing_comes_into_the_list_reads_it_once() => Run(async (node, log) =>
    {
        await node.JoinAsync("alice", Group);

        Assert.Equal(1, node.ListReads);
    });

    [Fact]
    public void Conversation_that_comes_into_the_list_during_sync_is_heard() => RunMany(100, async (node, log) =>
    {
        ChatSession alice = node.Open("alice");
        Task<Result<SyncReply>> syncing = alice.Conversations.SyncAsync(Positions());
        await node.Scheduler.HesitateAsync(10);
        log.Admit("alice");
        node.List("alice", Group);
        alice.Conversations.Follow(Id);
        await syncing;
        alice.Conversations.ReplySent();
        await node.Scheduler.SettleAsync();
        alice.TakeAll();

        Say(node, log, "hi");
        await node.Scheduler.SettleAsync();

        Assert.Contains(log.Last, alice.TakeSeqs());
    });

    [Fact]
    public void Deleted_group_is_removed_from_its_members_sessions() => Run(async (node, log) =>
    {
        ChatSession alice = await node.JoinAsync("alice", Group);
        (long seq, _) = log.Tell("deleted");
        log.Members.Clear();

        node.Streams.Deliver(Group, Node.Entries(log, seq, seq));
        await node.Scheduler.SettleAsync();

        Assert.Equal(["message", "conversation.removed"], alice.TakeAll().Names());
        Assert.Null(alice.Reason);
    });

    private static void Run(Func<Node, MemoryConversation, Task> test) => SeededScheduler.Run(1, async scheduler =>
    {
        using var node = new Node(scheduler);
        await test(node, node.Log[Group]);
        Assert.Empty(node.Errors.Lines);
    });

    private static void RunMany(int seeds, Func<Node, MemoryConversation, Task> test)
    {
        for (int seed = 1; seed <= seeds; seed++)
        {
            SeededScheduler.Run(seed, async scheduler =>
            {
                using var node = new Node(scheduler);
                await test(node, node.Log[Group]);
                Assert.Empty(node.Errors.Lines);
            });
        }
    }

    private static Dictionary<string, KnownPosition> Positions() => [];

    private static Dictionary<string, KnownPosition> Positions(string epoch, long seq) => new() { [Group] = new KnownPosition(epoch, seq) };

    private static IEnumerable<long> Numbers(long from, long to)
    {
        for (long n = from; n <= to; n++)
        {
            yield return n;
        }
    }

    private static void Say(Node node, MemoryConversation log, string text)
    {
        (long seq, _) = log.Say("owner", text);
        node.Streams.Deliver(Group, Node.Entries(log, seq, seq));
    }

    private static async Task IgnoreCancellationAsync(Task syncing)
    {
        try
        {
            await syncing;
        }
        catch (OperationCanceledException)
        {
            // The session ended first.
        }
    }
}
