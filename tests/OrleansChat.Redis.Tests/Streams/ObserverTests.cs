using Orleans.Runtime;
using Orleans.Streams;
using OrleansChat.Streams;
using OrleansChat.Testing;
using static OrleansChat.Redis.Tests.Streams.AnnouncementTexts;

namespace OrleansChat.Redis.Tests.Streams;

public sealed class ObserverTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Observer_that_fails_harms_no_other_and_not_itself(bool atOnce)
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);
        Hearing<Announcement> failing = new(_ => atOnce ? throw new InvalidOperationException("at once") : Task.FromException(new InvalidOperationException("later")));
        await node.Conversation("group:fails").SubscribeAsync(failing);
        Hearing<Announcement> sound = await node.HearAsync("group:fails");

        await node.Conversation("group:fails").OnNextBatchAsync([Event("one"), Event("two")]);

        await sound.CountIsAsync(2);
        await failing.CountIsAsync(2);
        await Eventually.TrueAsync(() => node.Log.Warnings.Count(line => line.Contains("group:fails failed", StringComparison.Ordinal)) == 2);
    }

    [Fact]
    public async Task Observer_that_never_finishes_delays_nobody()
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);
        TaskCompletionSource never = new();
        Hearing<Announcement> slow = new(_ => never.Task);
        await node.Conversation("group:slow").SubscribeAsync(slow);
        Hearing<Announcement> quick = await node.HearAsync("group:slow");

        await node.Conversation("group:slow").OnNextBatchAsync(Enumerable.Range(0, 100).Select(_ => Event("x")));

        await quick.CountIsAsync(100);
        never.SetResult();
    }

    [Fact]
    public async Task Observer_that_is_too_slow_misses_items_and_hears_of_it_when_it_has_finished()
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint, options => options.Unfinished = 10);
        TaskCompletionSource finish = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Hearing<Announcement> slow = new(_ => finish.Task);
        await node.Conversation("group:misses").SubscribeAsync(slow);
        Hearing<Announcement> quick = await node.HearAsync("group:misses");

        await node.Conversation("group:misses").OnNextBatchAsync(Enumerable.Range(0, 100).Select(_ => Event("x")));
        await quick.CountIsAsync(100);
        Assert.Equal(10, slow.Items.Count);
        finish.SetResult();

        await slow.IsInterruptedAsync();
        await node.Conversation("group:misses").OnNextAsync(Event("next"));
        await slow.HearsAsync("next");
        Assert.Equal(90, node.Provider.Counters.Dropped);
        Assert.Equal(0, quick.Interruptions());
    }

    [Theory]
    [InlineData(16, 1L << 20, 16)]
    [InlineData(100_000, 10_000L, 270)]
    public async Task Overflow_drops_what_waits_and_tells_everybody(int length, long bytes, int waits)
    {
        await using StreamNode node = await StreamNode.StartAsync(
            redis.Endpoint,
            options =>
            {
                options.QueueLength = length;
                options.QueueBytes = bytes;
            });
        using ManualResetEventSlim gate = new();
        Hearing<Announcement> blocking = new(announcement =>
        {
            if (announcement.Kind == AnnouncementKind.Event)
            {
                gate.Wait(Deadlines.Default);
            }

            return Task.CompletedTask;
        });
        await node.Conversation("group:flood").SubscribeAsync(blocking);
        Hearing<Announcement> bystander = await node.HearAsync("group:bystander");

        await node.Conversation("group:flood").OnNextAsync(Event("first"));
        await blocking.CountIsAsync(1);
        await node.Conversation("group:flood").OnNextBatchAsync(Enumerable.Range(0, 2_000).Select(_ => Event("more")));
        await Eventually.TrueAsync(() => node.Provider.Counters.Dropped == 2_000 - waits);
        gate.Set();

        await bystander.IsInterruptedAsync();
        await blocking.IsInterruptedAsync();
        await node.Conversation("group:bystander").OnNextAsync(Event("after"));
        await bystander.HearsAsync("after");
        Assert.Equal(2_000, node.Provider.Counters.Dropped);
        Assert.Single(node.Log.Warnings, line => line.Contains("were dropped", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Resumed_subscription_hears_by_its_new_observer()
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);
        IAsyncStream<string> stream = node.Streams.GetStream<string>(StreamId.Create("words", "resumed"));
        Hearing<string> first = await StreamNode.HearAsync(stream);
        Hearing<string> second = new();

        StreamSubscriptionHandle<string> resumed = await first.Handle.ResumeAsync(second);
        await stream.OnNextAsync("hello");

        await second.CountIsAsync(1);
        Assert.Empty(first.Items);
        Assert.Equal(first.Handle, resumed);
        await resumed.UnsubscribeAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => resumed.ResumeAsync(second));
        await Assert.ThrowsAsync<InvalidOperationException>(resumed.UnsubscribeAsync);
    }

    [Fact]
    public async Task Unsubscribed_observer_hears_nothing_more()
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);
        Hearing<Announcement> leaves = await node.HearAsync("group:leaves");
        Hearing<Announcement> stays = await node.HearAsync("group:leaves");

        await leaves.Handle.UnsubscribeAsync();
        await node.Conversation("group:leaves").OnNextAsync(Event("late"));

        await stays.CountIsAsync(1);
        Assert.Empty(leaves.Items);
    }
}
