using OrleansChat.Redis.Connections;
using OrleansChat.Streams;
using OrleansChat.Testing;
using StackExchange.Redis;
using static OrleansChat.Redis.Tests.Streams.AnnouncementTexts;

namespace OrleansChat.Redis.Tests.Streams;

public sealed class FollowingTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Theory]
    [InlineData(ChatStreams.Conversation, "group:noted", "{c:group:noted}:meta")]
    [InlineData(ChatStreams.User, "noted", "{u:noted}:nodes")]
    [InlineData(ChatStreams.Presence, ChatStreams.Everybody, "{u:*}:watchers")]
    [InlineData("weather", "oslo/west", "{s:weather/oslo/west}:nodes")]
    public async Task Subscription_is_noted_on_both_sides_before_it_completes(string ns, string key, string nodes)
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);
        await using Noted noted = await Noted.OpenAsync(redis);

        if (ns == "weather")
        {
            await StreamNode.HearAsync(node.Streams.GetStream<int>(Orleans.Runtime.StreamId.Create(ns, key)));
        }
        else
        {
            await StreamNode.HearAsync(node.Stream(ns, key));
        }

        Assert.Equal([$"{ns}/{key}"], await noted.FollowsAsync(node.Id));
        Assert.Equal([node.Id], await noted.NodesAsync($"{ns}/{key}"));
        Assert.True(await noted.Database.KeyExistsAsync(nodes));
    }

    [Fact]
    public async Task Observers_of_a_stream_share_one_note()
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint, options => options.Linger = TimeSpan.Zero);
        await using Noted noted = await Noted.OpenAsync(redis);
        Hearing<Announcement> first = await node.HearAsync("group:shared");
        Hearing<Announcement> second = await node.HearAsync("group:shared");

        await node.Conversation("group:shared").OnNextAsync(Event("both"));
        await first.CountIsAsync(1);
        await second.CountIsAsync(1);
        await first.Handle.UnsubscribeAsync();
        await node.Conversation("group:shared").OnNextAsync(Event("one"));

        Assert.Equal(["both", "one"], (await second.CountIsAsync(2)).Select(one => one.Text()));
        Assert.Equal(["both"], first.Texts());
        Assert.True(await noted.IsFollowedAsync(node.Id, "conversation/group:shared"));
    }

    [Theory]
    [InlineData(ChatStreams.Conversation, "group:gone")]
    [InlineData(ChatStreams.User, "gone")]
    [InlineData(ChatStreams.Presence, "gone")]
    public async Task Last_unsubscription_removes_the_node_from_both_sides(string ns, string key)
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint, options => options.Linger = TimeSpan.Zero);
        await using StreamNode other = await StreamNode.StartAsync(redis.Endpoint);
        await using Noted noted = await Noted.OpenAsync(redis);
        Hearing<Announcement> hearing = await StreamNode.HearAsync(node.Stream(ns, key));
        await StreamNode.HearAsync(other.Stream(ns, key));

        await hearing.Handle.UnsubscribeAsync();

        await Eventually.TrueAsync(() => noted.IsForgottenAsync(node.Id, $"{ns}/{key}"));
        Assert.Equal([other.Id], await noted.NodesAsync($"{ns}/{key}"));
        Assert.Empty(node.Provider.Following);
    }

    [Fact]
    public async Task Unsubscription_leaves_the_rest_of_a_conversation_as_it_is()
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint, options => options.Linger = TimeSpan.Zero);
        await using Noted noted = await Noted.OpenAsync(redis);
        RedisKey meta = RedisKeys.Meta("group:meta");
        await noted.Database.HashSetAsync(meta, [new HashEntry("epoch", "k3v9"), new HashEntry("nodes", "a-1 b-2")]);
        Hearing<Announcement> hearing = await node.HearAsync("group:meta");
        Assert.Equal(["a-1", "b-2", node.Id], await noted.NodesAsync("conversation/group:meta"));

        await hearing.Handle.UnsubscribeAsync();

        await Eventually.TrueAsync(() => noted.IsForgottenAsync(node.Id, "conversation/group:meta"));
        Assert.Equal(["a-1", "b-2"], await noted.NodesAsync("conversation/group:meta"));
        Assert.Equal("k3v9", (string?)await noted.Database.HashGetAsync(meta, "epoch"));
    }

    [Fact]
    public async Task Conversation_without_messages_leaves_nothing_behind()
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint, options => options.Linger = TimeSpan.Zero);
        await using Noted noted = await Noted.OpenAsync(redis);

        await (await node.HearAsync("dm:ann:ben")).Handle.UnsubscribeAsync();

        await Eventually.TrueAsync(async () => !await noted.Database.KeyExistsAsync(RedisKeys.Meta("dm:ann:ben")));
        await Eventually.TrueAsync(async () => !await noted.Database.KeyExistsAsync(RedisKeys.Follows(node.Id)));
    }

    [Fact]
    public async Task Node_lingers_so_that_coming_back_costs_nothing()
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint, options => options.Linger = TimeSpan.FromHours(1));
        await using Noted noted = await Noted.OpenAsync(redis);
        await (await node.HearAsync("group:linger")).Handle.UnsubscribeAsync();
        Assert.True(await noted.IsFollowedAsync(node.Id, "conversation/group:linger"));

        // Were it noted anew, it would be here again.
        await noted.Database.KeyDeleteAsync(RedisKeys.Follows(node.Id));
        Hearing<Announcement> back = await node.HearAsync("group:linger");

        Assert.Empty(await noted.FollowsAsync(node.Id));
        await node.Conversation("group:linger").OnNextAsync(Event("back"));
        await back.CountIsAsync(1);
    }

    [Fact]
    public async Task Coming_and_going_at_once_ends_as_the_last_one_wants()
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint, options => options.Linger = TimeSpan.FromMilliseconds(1));
        await using Noted noted = await Noted.OpenAsync(redis);

        async Task ChurnAsync(string conversation, bool stays)
        {
            for (int i = 0; i < 60; i++)
            {
                await (await node.HearAsync(conversation)).Handle.UnsubscribeAsync();
                await Task.Yield();
            }

            if (stays)
            {
                Hearing<Announcement> last = await node.HearAsync(conversation);
                await node.Conversation(conversation).OnNextAsync(Event("here"));
                await last.CountIsAsync(1);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => ChurnAsync($"group:churn{i % 20}", stays: i < 10))).WithinAsync();

        for (int i = 0; i < 20; i++)
        {
            string member = $"conversation/group:churn{i}";
            bool stays = i < 10;
            await Eventually.TrueAsync(() => stays ? noted.IsFollowedAsync(node.Id, member) : noted.IsForgottenAsync(node.Id, member), what: $"{member} {stays}");
        }

        await Eventually.TrueAsync(() => node.Provider.Following.Count == 10);
    }

    [Fact]
    public async Task Thousand_subscriptions_at_once_go_out_without_waiting_for_each_other()
    {
        await using TcpProxy proxy = new(redis.Port);
        await using StreamNode node = await StreamNode.StartAsync(proxy.Endpoint, options => options.Heartbeat = TimeSpan.FromMinutes(1), Deadlines.Default);
        await using Noted noted = await Noted.OpenAsync(redis);
        await node.HearAsync("group:first");
        proxy.HoldReplies();

        Task<Hearing<Announcement>>[] subscriptions = [.. Enumerable.Range(0, 1_000).Select(i => node.HearAsync($"group:many{i}"))];
        await Eventually.TrueAsync(() => proxy.CountSent("conversation/group:many") >= 1_000);
        proxy.ReleaseReplies();
        await Task.WhenAll(subscriptions).WithinAsync();

        Assert.Equal(1_001, (await noted.FollowsAsync(node.Id)).Length);
        await node.Conversation("group:many999").OnNextAsync(Event("all"));
        await (await subscriptions[999]).CountIsAsync(1);
    }

    [Fact]
    public async Task Subscription_that_redis_does_not_note_fails_and_leaves_nothing()
    {
        await using TcpProxy proxy = new(redis.Port);
        await using StreamNode node = await StreamNode.StartAsync(
            proxy.Endpoint,
            options =>
            {
                options.Linger = TimeSpan.Zero;
                options.Heartbeat = TimeSpan.FromMinutes(1);
            },
            TimeSpan.FromMilliseconds(300));
        await using Noted noted = await Noted.OpenAsync(redis);
        await node.HearAsync("group:before");
        proxy.HoldReplies();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => node.HearAsync("group:unsure"));
        proxy.ReleaseReplies();

        await Eventually.TrueAsync(() => noted.IsForgottenAsync(node.Id, "conversation/group:unsure"));
        await Eventually.TrueAsync(() => node.Provider.Following.Count == 1);
        Hearing<Announcement> again = await node.HearAsync("group:unsure");
        await node.Conversation("group:unsure").OnNextAsync(Event("again"));
        await again.CountIsAsync(1);
    }

    [Fact]
    public async Task Stop_removes_everything_the_node_followed()
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);
        await using Noted noted = await Noted.OpenAsync(redis);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => node.HearAsync($"group:stop{i}")));
        Assert.Equal(300, (await noted.FollowsAsync(node.Id)).Length);

        await node.StopAsync();

        Assert.Empty(await noted.FollowsAsync(node.Id));
        Assert.Empty(await noted.NodesAsync("conversation/group:stop7"));
        Assert.Equal(0L, (long)await noted.Database.ExecuteAsync("PUBLISH", RedisKeys.Channel(node.Id), "H"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => node.HearAsync("group:late"));
    }
}
