using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Gateway.Tests.Simulation;

namespace OrleansChat.Gateway.Tests.Delivery;

/// <summary>What the sync of somebody with many conversations asks of storage.</summary>
public sealed class SyncCostTests
{
    private const int Conversations = 600;

    [Fact]
    public void First_sync_asks_for_ends_and_summaries_together_and_a_second_only_for_summaries() => SeededScheduler.Run(1, async scheduler =>
    {
        using var node = new Node(scheduler);
        Fill(node, "alice");
        ChatSession first = await SyncAsync(node, []);

        Assert.Equal([88, 256, 256, Conversations], node.Log.Together.Order());
        Assert.Empty(node.Log.Reads);
        node.Log.Together.Clear();
        ChatSession second = await SyncAsync(node, []);

        Assert.Equal([Conversations], node.Log.Together);
        Assert.Empty(node.Log.Reads);
        Node.End(first);
        Node.End(second);
    });

    [Fact]
    public void Only_what_was_missed_is_read_from_the_log() => SeededScheduler.Run(2, async scheduler =>
    {
        using var node = new Node(scheduler);
        Fill(node, "alice");
        Dictionary<string, KnownPosition> positions = node.Lists["alice"].ToDictionary(
            id => id, id => new KnownPosition(node.Log[id].Epoch, node.Log[id].Last), StringComparer.Ordinal);
        node.Log["group:team7"].Say("owner", "missed");

        ChatSession session = await SyncAsync(node, positions);

        Assert.Equal(["group:team7"], node.Log.Reads.Select(read => read.Conversation));
        Node.End(session);
    });

    [Fact]
    public void Conversation_that_comes_while_a_sync_is_under_way_is_found_after_it() => SeededScheduler.Run(3, async scheduler =>
    {
        using var node = new Node(scheduler);
        Fill(node, "alice");
        ChatSession session = node.Open("alice");
        Task<Result<SyncReply>> syncing = session.Conversations.SyncAsync(new Dictionary<string, KnownPosition>());
        MemoryConversation late = node.Log["group:late"];
        await scheduler.HesitateAsync(6);
        node.List("alice", late.Id);
        session.Conversations.Follow(ConversationId.Group("late"));
        late.Admit("alice");
        Assert.True((await syncing).IsOk);
        session.Conversations.ReplySent();
        await scheduler.SettleAsync();
        session.TakeAll();

        Assert.True(node.Feeds.TryGet(late.Id, out ConversationFeed? feed));
        (long seq, byte[] message) = late.Say("owner", "hello");
        feed.Offer(late.Epoch, seq, message);

        Assert.Equal([seq], session.TakeSeqs());
        Node.End(session);
    });

    private static void Fill(Node node, string user)
    {
        for (int i = 0; i < Conversations; i++)
        {
            node.Log[$"group:team{i}"].Admit(user);
            node.List(user, $"group:team{i}");
        }
    }

    private static async Task<ChatSession> SyncAsync(Node node, Dictionary<string, KnownPosition> positions)
    {
        ChatSession session = node.Open("alice");
        Result<SyncReply> reply = await session.Conversations.SyncAsync(positions);
        Assert.Equal(Conversations, reply.Value!.Conversations.Count);
        session.Conversations.ReplySent();
        await node.Scheduler.SettleAsync();
        return session;
    }
}
