using System.Text;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Gateway.Tests.Simulation;

namespace OrleansChat.Gateway.Tests.Sessions;

/// <summary>A send with <c>echo:false</c> is not heard by the session that sent it, whatever way the entry takes to it.</summary>
public sealed class SilencedSendsTests
{
    private const string Group = "group:one";

    [Fact]
    public void Echo_is_suppressed_on_the_sending_session_only() => SeededScheduler.Run(1, async scheduler =>
    {
        using var node = new Node(scheduler);
        ChatSession phone = await node.JoinAsync("alice", Group);
        ChatSession laptop = await node.JoinAsync("alice", Group);
        ChatSession bob = await node.JoinAsync("bob", Group);
        MemoryConversation log = node.Log[Group];
        foreach (ChatSession session in new[] { phone, laptop, bob })
        {
            session.TakeAll();
        }

        phone.Silence("quiet");
        long quiet = log.Say("alice", "quiet").Seq;
        long loud = log.Say("alice", "loud").Seq;
        long namesake = log.Say("bob", "quiet").Seq;
        Assert.True(node.Feeds.TryGet(Group, out ConversationFeed? feed));
        feed.Offer(log.Epoch, quiet, log[quiet]);
        feed.Offer(log.Epoch, loud, log[loud]);
        feed.Offer(log.Epoch, namesake, log[namesake]);

        Assert.Equal([loud, namesake], phone.TakeSeqs());
        Assert.Equal([quiet, loud, namesake], laptop.TakeSeqs());
        Assert.Equal([quiet, loud, namesake], bob.TakeSeqs());
    });

    [Fact]
    public void Echo_is_suppressed_also_when_the_entry_is_read_from_the_log() => SeededScheduler.Run(1, async scheduler =>
    {
        using var node = new Node(scheduler);
        ChatSession phone = await node.JoinAsync("alice", Group);
        MemoryConversation log = node.Log[Group];
        phone.Silence("quiet");
        log.Say("alice", "quiet");
        log.Say("bob", "hi");

        node.Streams.Interrupt();
        scheduler.Time.Advance(TimeSpan.FromMilliseconds(20));
        await scheduler.SettleAsync();

        Assert.Equal([log.Last], phone.TakeSeqs());
    });

    [Fact]
    public void As_many_are_remembered_as_the_capacity_and_the_newest()
    {
        var sends = new SilencedSends(3);
        foreach (string id in new[] { "a", "b", "c", "b", "d" })
        {
            sends.Add(id);
        }

        Assert.Equal([false, true, true, true], new[] { "a", "b", "c", "d" }.Select(id => Contains(sends, id)));
        Assert.False(Contains(sends, "B"));
        Assert.False(Contains(sends, new string('x', 200)));
    }

    private static bool Contains(SilencedSends sends, string id)
    {
        byte[] message = MessageJson.Compose("dm:alice:bob", 1, "alice", 1, MessageTail.Compose(id, Encoding.UTF8.GetBytes(",\"text\":\"x\"")));
        Assert.True(MessageJson.TryReadHead(message, out MessageHead head));
        return sends.Contains(head, "alice");
    }
}
