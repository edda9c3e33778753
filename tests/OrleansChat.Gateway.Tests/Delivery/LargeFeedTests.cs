using Microsoft.Extensions.Logging.Abstractions;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Gateway.Tests.Simulation;

namespace OrleansChat.Gateway.Tests.Delivery;

/// <summary>Who hands out to a large group does so in a piece of work of its own, one after the other (invariant I7).</summary>
public sealed class LargeFeedTests
{
    private const string Group = "group:one";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public void Conversation_is_large_from_a_thousand_sessions_on() => SeededScheduler.Run(1, async scheduler =>
    {
        using var node = new Node(scheduler);
        ChatSession alice = await node.JoinAsync("alice", Group);
        ConversationFeed feed = Open(node);
        for (int i = 0; i < 999; i++)
        {
            feed.Add(new Subscription(alice, feed));
        }

        Assert.False(feed.IsLarge);
        feed.Add(new Subscription(alice, feed));
        Assert.True(feed.IsLarge);
    });

    [Fact]
    public async Task Turns_are_taken_in_the_order_of_coming_and_never_two_at_a_time()
    {
        ConversationFeed? opened = null;
        SeededScheduler.Run(1, scheduler =>
        {
            using var node = new Node(scheduler);
            opened = Open(node);
            return Task.CompletedTask;
        });

        ConversationFeed feed = opened!;
        var order = new List<int>();
        await feed.EnterAsync();
        var turns = new List<Task>();
        for (int i = 0; i < 100; i++)
        {
            turns.Add(TakeAsync(i));
        }

        Assert.Empty(order);
        feed.Leave();
        await Task.WhenAll(turns).WaitAsync(Deadline);
        Assert.Equal(Enumerable.Range(0, 100), order);

        async Task TakeAsync(int number)
        {
            await feed.EnterAsync();
            order.Add(number);
            feed.Leave();
        }
    }

    [Fact]
    public async Task Nobody_goes_on_where_they_entered_even_when_nobody_else_is_there()
    {
        ConversationFeed? opened = null;
        SeededScheduler.Run(1, scheduler =>
        {
            using var node = new Node(scheduler);
            opened = Open(node);
            return Task.CompletedTask;
        });

        bool entered = false;

        // The thread that this runs on is kept until the check: what it began cannot have gone on on it.
        int here = Environment.CurrentManagedThreadId;
        int there = here;
        Task turn = TakeAsync();
        SpinWait.SpinUntil(() => Volatile.Read(ref entered), Deadline);
        Assert.True(entered);
        Assert.NotEqual(here, there);
        await turn.WaitAsync(Deadline);

        async Task TakeAsync()
        {
            await opened!.EnterAsync();
            there = Environment.CurrentManagedThreadId;
            Volatile.Write(ref entered, true);
            opened.Leave();
        }
    }

    private static ConversationFeed Open(Node node) =>
        new(ConversationId.Group("one"), node.Log, new SemaphoreSlim(1), node.Scheduler.Time, NullLogger.Instance);
}
