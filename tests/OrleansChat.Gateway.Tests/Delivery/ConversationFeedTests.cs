using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Gateway.Tests.Simulation;
using OrleansChat.Streams;

namespace OrleansChat.Gateway.Tests.Delivery;

/// <summary>Announcements may lie; delivery goes by number (invariant I5).</summary>
public sealed class ConversationFeedTests
{
    private const string Group = "group:one";

    private static readonly TimeSpan AlmostPatience = TimeSpan.FromMilliseconds(20) - TimeSpan.FromTicks(1);

    [Fact]
    public void Announcements_are_delivered_in_the_order_of_their_numbers() => Feed(async (node, log, feed, alice) =>
    {
        Say(log, 5);

        foreach (long seq in new long[] { 3, 5, 2, 4, 6 })
        {
            node.Streams.Deliver(Group, Node.Entries(log, seq, seq));
        }

        Assert.Equal([2, 3, 4, 5, 6], alice.TakeSeqs());
        await node.Scheduler.SettleAsync();
        Assert.Empty(Repairs(node));
    });

    [Fact]
    public void Repeated_announcements_are_delivered_once() => Feed(async (node, log, feed, alice) =>
    {
        Say(log, 3);
        node.Streams.Deliver(Group, Node.Entries(log, 2, 4));
        node.Streams.Deliver(Group, Node.Entries(log, 2, 3));
        node.Streams.Deliver(Group, Node.Entries(log, 1, 4));
        feed.Offer(log.Epoch, 4, log[4]);

        Assert.Equal([2, 3, 4], alice.TakeSeqs());
        await node.Scheduler.SettleAsync();
    });

    [Fact]
    public void Batch_is_delivered_entry_by_entry_from_one_encoding() => Feed(async (node, log, feed, alice) =>
    {
        ChatSession other = await node.JoinAsync("bob", Group);
        log.Say("owner", "same");

        node.Streams.Deliver(Group, Node.Entries(log, 2, 3));

        OutboundItem[] one = [.. alice.TakeAll().Where(item => item.Event?.Seq == 3)];
        OutboundItem[] two = [.. other.TakeAll().Where(item => item.Event?.Seq == 3)];
        Assert.Same(Assert.Single(one).Event!.Json, Assert.Single(two).Event!.Json);
        Assert.Equal($$$"""{"ev":"message","message":{{{System.Text.Encoding.UTF8.GetString(log[3])}}}}""", one[0].Event!.Text());
    });

    [Fact]
    public void Gap_is_read_from_the_log_after_20_ms_and_not_before() => Feed(async (node, log, feed, alice) =>
    {
        Say(log, 3);
        node.Streams.Deliver(Group, Node.Entries(log, 4, 4));

        node.Scheduler.Time.Advance(AlmostPatience);
        await node.Scheduler.SettleAsync();
        Assert.Empty(Repairs(node));
        Assert.Empty(alice.TakeSeqs());

        node.Scheduler.Time.Advance(TimeSpan.FromTicks(1));
        await node.Scheduler.SettleAsync();
        Assert.Equal(1, Assert.Single(Repairs(node)).After);
        Assert.Equal([2, 3, 4], alice.TakeSeqs());
    });

    [Fact]
    public void Gap_that_closes_by_itself_is_not_read() => Feed(async (node, log, feed, alice) =>
    {
        Say(log, 2);
        node.Streams.Deliver(Group, Node.Entries(log, 3, 3));
        node.Scheduler.Time.Advance(AlmostPatience);
        node.Streams.Deliver(Group, Node.Entries(log, 2, 2));

        await PassAsync(node, TimeSpan.FromSeconds(1));

        Assert.Equal([2, 3], alice.TakeSeqs());
        Assert.Empty(Repairs(node));
    });

    [Fact]
    public void Gap_wider_than_a_page_is_read_to_its_end_without_further_waiting() => Feed(async (node, log, feed, alice) =>
    {
        Say(log, 1001);
        node.Streams.Deliver(Group, Node.Entries(log, 1002, 1002));

        await PassAsync(node, TimeSpan.FromMilliseconds(20));

        Assert.Equal(Enumerable.Range(2, 1001).Select(n => (long)n), alice.TakeSeqs());
        Assert.Equal(5, Repairs(node).Length);
    });

    [Fact]
    public void Log_that_does_not_answer_is_asked_again_at_growing_intervals() => Feed(async (node, log, feed, alice) =>
    {
        Say(log, 2);
        node.Log.FailuresPercent = 100;
        node.Streams.Deliver(Group, Node.Entries(log, 3, 3));

        await PassAsync(node, TimeSpan.FromSeconds(10));
        Assert.InRange(Repairs(node).Length, 10, 20);
        node.Log.FailuresPercent = 0;
        await PassAsync(node, TimeSpan.FromSeconds(1));

        Assert.Equal([2, 3], alice.TakeSeqs());
    });

    [Fact]
    public void Log_that_gives_less_than_it_says_is_not_asked_in_a_tight_loop() => Feed(async (node, log, feed, alice) =>
    {
        Say(log, 2);
        int asked = 0;
        var broken = new ConversationFeed(
            ConversationId.Group("one"),
            PortDouble.Of<IMessageLog>((method, arguments) => Task.FromResult(new Result<LogRange>(new LogRange(log.Epoch, 1, ++asked > 0 ? 3 : 0, []), null))),
            new SemaphoreSlim(1), node.Scheduler.Time, node.Errors);
        broken.Start(new KnownPosition(log.Epoch, 1));

        broken.Suspect();
        await PassAsync(node, TimeSpan.FromSeconds(10));

        Assert.InRange(asked, 10, 30);
    });

    [Fact]
    public void Announced_number_that_does_not_exist_disturbs_nothing() => Feed(async (node, log, feed, alice) =>
    {
        MemoryConversation lies = new MemoryLog(node.Scheduler)[Group];
        Say(lies, 50);
        foreach (long lie in new long[] { 40, 20, 41, 12 })
        {
            node.Streams.Deliver(Group, Node.Entries(lies, lie, lie + 1));
        }

        await PassAsync(node, TimeSpan.FromSeconds(5));
        Assert.Empty(alice.TakeSeqs());
        int reads = Repairs(node).Length;
        Assert.InRange(reads, 1, 3);
        await PassAsync(node, TimeSpan.FromSeconds(60));
        Assert.Equal(reads, Repairs(node).Length);

        for (int i = 2; i <= 60; i++)
        {
            (long seq, byte[] message) = log.Say("owner", $"true {i}");
            node.Streams.Deliver(Group, new Announcement(AnnouncementKind.Entries, message, log.Epoch, seq));
        }

        OutboundItem[] heard = [.. alice.TakeAll()];
        Assert.Equal(Enumerable.Range(2, 59).Select(n => (long)n), heard.Select(item => item.Event!.Seq));
        Assert.All(heard, item => Assert.Equal(log[item.Event!.Seq], item.Event!.Message.ToArray()));
    });

    [Fact]
    public void Interruption_makes_the_feed_read_what_was_announced_meanwhile() => Feed(async (node, log, feed, alice) =>
    {
        Say(log, 3);

        node.Streams.Interrupt();
        await PassAsync(node, TimeSpan.FromMilliseconds(20));

        Assert.Equal([2, 3, 4], alice.TakeSeqs());
    });

    [Fact]
    public void Repeat_s_number_that_the_feed_has_not_seen_is_read_and_one_it_has_is_not() => Feed(async (node, log, feed, alice) =>
    {
        feed.Suspect(1);
        await PassAsync(node, TimeSpan.FromSeconds(1));
        Assert.Empty(Repairs(node));

        Say(log, 1);
        feed.Suspect(2);
        await PassAsync(node, TimeSpan.FromSeconds(1));

        Assert.Equal([2], alice.TakeSeqs());
    });

    [Fact]
    public void New_epoch_closes_sessions_as_stale_and_what_comes_then_is_delivered_to_new_ones() => Feed(async (node, log, feed, alice) =>
    {
        Say(log, 5);
        node.Streams.Deliver(Group, Node.Entries(log, 2, 6));
        alice.TakeAll();
        log.RollBack(2);
        log.Say("owner", "another");

        node.Streams.Deliver(Group, Node.Entries(log, 5, 5));
        Assert.Empty(alice.TakeSeqs());
        await PassAsync(node, TimeSpan.FromMilliseconds(20));

        Assert.Same(CloseReason.Stale, alice.Reason);
        Node.End(alice);
        ChatSession again = await node.JoinAsync("bob", Group);
        log.Say("owner", "more");
        node.Streams.Deliver(Group, Node.Entries(log, log.Last, log.Last));
        Assert.Equal([log.Last], again.TakeSeqs());
    });

    [Fact]
    public void Log_that_was_rolled_back_unnoticed_is_found_out_by_what_the_feed_has_seen() => Feed(async (node, log, feed, alice) =>
    {
        Say(log, 5);
        node.Streams.Deliver(Group, Node.Entries(log, 2, 6));
        log.Lose(2);

        node.Streams.Interrupt();
        await PassAsync(node, TimeSpan.FromMilliseconds(20));

        Assert.Same(CloseReason.Stale, alice.Reason);
    });

    [Fact]
    public void Late_announcement_of_an_earlier_epoch_changes_nothing() => Feed(async (node, log, feed, alice) =>
    {
        Say(log, 1);

        node.Streams.Deliver(Group, new Announcement(AnnouncementKind.Entries, log[2], "earlier", 2));
        Assert.Empty(alice.TakeSeqs());
        await PassAsync(node, TimeSpan.FromSeconds(1));

        Assert.Null(alice.Reason);
        Assert.Equal([2], alice.TakeSeqs());
    });

    [Fact]
    public void Log_that_no_longer_keeps_what_the_feed_needs_closes_sessions_as_stale() => Feed(async (node, log, feed, alice) =>
    {
        Say(log, 20);
        log.First = 10;

        node.Streams.Deliver(Group, Node.Entries(log, 21, 21));
        await PassAsync(node, TimeSpan.FromMilliseconds(20));

        Assert.Empty(alice.TakeSeqs());
        Assert.Same(CloseReason.Stale, alice.Reason);
    });

    [Fact]
    public void More_announcements_than_fit_before_the_feed_knows_the_end_leave_no_hole() => Feed(async (node, log, _, alice) =>
    {
        var slow = new ConversationFeed(ConversationId.Group("one"), node.Log, new SemaphoreSlim(1), node.Scheduler.Time, node.Errors);
        Say(log, 1500);
        for (long seq = 2; seq <= log.Last; seq++)
        {
            slow.Offer(log.Epoch, seq, log[seq]);
        }

        slow.Start(new KnownPosition(log.Epoch, 1));
        await PassAsync(node, TimeSpan.FromSeconds(1));

        var alices = new Subscription(alice, slow) { State = SubscriptionState.Behind, Cursor = log.Last - 1 };
        slow.Add(alices);
        Assert.False(slow.TryGoLive(alices));
    });

    private static void Feed(Func<Node, MemoryConversation, ConversationFeed, ChatSession, Task> test) => SeededScheduler.Run(1, async scheduler =>
    {
        using var node = new Node(scheduler);
        MemoryConversation log = node.Log[Group];
        ChatSession alice = await node.JoinAsync("alice", Group);
        Assert.True(node.Feeds.TryGet(Group, out ConversationFeed? feed));
        node.Log.Reads.Clear();
        await test(node, log, feed, alice);
        Assert.Empty(node.Errors.Lines);
    });

    private static void Say(MemoryConversation log, int count)
    {
        for (int i = 0; i < count; i++)
        {
            log.Say("owner", $"{log.Last + 1}");
        }
    }

    private static (string Conversation, Actor? Reader, long After, KnownEntry? Known)[] Repairs(Node node) =>
        [.. node.Log.Reads.Where(read => read.Reader is null)];

    private static async Task PassAsync(Node node, TimeSpan time)
    {
        // In steps, so that what a timer begins can wait for another one.
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(5))
        {
            node.Scheduler.Time.Advance(TimeSpan.FromMilliseconds(5));
            await node.Scheduler.SettleAsync();
        }
    }
}
