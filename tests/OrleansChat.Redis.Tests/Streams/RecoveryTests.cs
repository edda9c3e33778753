using OrleansChat.Redis.Connections;
using OrleansChat.Streams;
using OrleansChat.Testing;
using StackExchange.Redis;
using static OrleansChat.Redis.Tests.Streams.AnnouncementTexts;

namespace OrleansChat.Redis.Tests.Streams;

public sealed class RecoveryTests
{
    [Fact]
    public async Task Killed_subscription_is_made_again_and_observers_are_told()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);
        await using Noted noted = await Noted.OpenAsync(redis);
        Hearing<Announcement>[] hearings = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => node.HearAsync($"group:killed{i}")));
        await noted.Database.KeyDeleteAsync([RedisKeys.Follows(node.Id), RedisKeys.Meta("group:killed7")]);

        await noted.Database.ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");

        await Task.WhenAll(hearings.Select(hearing => hearing.IsInterruptedAsync()));
        Assert.Equal(50, (await noted.FollowsAsync(node.Id)).Length);
        Assert.Equal([node.Id], await noted.NodesAsync("conversation/group:killed7"));
        await node.Conversation("group:killed7").OnNextAsync(Event("again"));
        await hearings[7].HearsAsync("again");
        Assert.Equal(1, hearings[7].Interruptions());
    }

    [Fact]
    public async Task Everything_is_noted_before_observers_are_told()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);
        await using Noted noted = await Noted.OpenAsync(redis);
        TaskCompletionSource<string[]> atInterruption = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Hearing<Announcement> hearing = new(async announcement =>
        {
            if (announcement.Kind == AnnouncementKind.Interrupted)
            {
                atInterruption.TrySetResult(await noted.FollowsAsync(node.Id));
            }
        });
        await node.Conversation("group:before").SubscribeAsync(hearing);
        await node.HearAsync("group:before2");

        await noted.Database.KeyDeleteAsync(RedisKeys.Follows(node.Id));
        await noted.Database.ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");

        Assert.Equal(["conversation/group:before", "conversation/group:before2"], await atInterruption.Task.WithinAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Redis_that_was_killed_and_started_again_is_followed_again(bool keepsData)
    {
        await using RedisFixture redis = await RedisFixture.StartAsync(new RedisServerOptions { AppendOnly = keepsData });
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);
        await using StreamNode other = await StreamNode.StartAsync(redis.Endpoint);
        Hearing<Announcement> here = await node.HearAsync("group:restart");
        Hearing<Announcement> there = await other.HearAsync("group:restart");

        await redis.Server.KillAsync();
        await Eventually.TrueAsync(() => node.Log.Warnings.Any(line => line.Contains("trying until", StringComparison.Ordinal)));
        await redis.Server.RestartAsync();

        await here.IsInterruptedAsync();
        await there.IsInterruptedAsync();
        await using Noted noted = await Noted.OpenAsync(redis);
        Assert.True(await noted.IsFollowedAsync(node.Id, "conversation/group:restart"));
        Assert.True(await noted.IsFollowedAsync(other.Id, "conversation/group:restart"));
        await node.Conversation("group:restart").OnNextAsync(Event("after"));
        await here.HearsAsync("after");
        await there.HearsAsync("after");
        Assert.Equal(1, node.Log.Warnings.Count(line => line.Contains("may have been lost", StringComparison.Ordinal)));
        Assert.Equal(1, node.Log.Warnings.Count(line => line.Contains("trying until", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Subscription_that_fell_silent_is_noticed_by_the_heartbeat()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using TcpProxy proxy = new(redis.Port);
        await using StreamNode node = await StreamNode.StartAsync(proxy.Endpoint, options => options.Heartbeat = TimeSpan.FromMilliseconds(100));
        Hearing<Announcement> hearing = await node.HearAsync("group:silent");

        proxy.FreezeSubscriptions();
        await node.Conversation("group:silent").OnNextAsync(Event("lost"));

        await hearing.IsInterruptedAsync();
        await node.Conversation("group:silent").OnNextAsync(Event("heard"));
        await hearing.HearsAsync("heard");
        Assert.Equal(["heard"], hearing.Texts());
        Assert.Contains(node.Log.Warnings, line => line.Contains("does not hear itself", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Redis_that_stands_still_for_a_while_loses_nothing_and_interrupts_nobody()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using StreamNode node = await StreamNode.StartAsync(
            redis.Endpoint, options => options.Heartbeat = TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(300));
        Hearing<Announcement> hearing = await node.HearAsync("group:paused");

        redis.Server.Pause();
        for (int i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(() => node.Conversation("group:paused").OnNextAsync(Event("while")));
        }

        redis.Server.Resume();

        await node.Conversation("group:paused").OnNextAsync(Event("after"));
        await hearing.HearsAsync("after");
        Assert.Equal(0, hearing.Interruptions());
        Assert.Empty(node.Log.Warnings);
    }

    [Fact]
    public async Task Redis_that_forgot_a_follower_is_told_again_and_only_that_stream_is_interrupted()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using StreamNode node = await StreamNode.StartAsync(
            redis.Endpoint,
            options =>
            {
                options.Heartbeat = TimeSpan.FromMilliseconds(50);
                options.Refresh = TimeSpan.FromMilliseconds(50);
            });
        await using Noted noted = await Noted.OpenAsync(redis);
        Hearing<Announcement> forgotten = await node.HearAsync("group:forgotten");
        Hearing<Announcement> remembered = await node.HearAsync("group:remembered");

        await noted.Database.KeyDeleteAsync(RedisKeys.Meta("group:forgotten"));

        await forgotten.IsInterruptedAsync();
        Assert.Equal(0, remembered.Interruptions());
        Assert.Equal([node.Id], await noted.NodesAsync("conversation/group:forgotten"));
    }

    [Fact]
    public async Task Node_with_a_new_id_follows_everything_under_it()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);
        await using Noted noted = await Noted.OpenAsync(redis);
        string former = node.Id;
        Hearing<Announcement> one = await node.HearAsync("group:renewed");
        Hearing<Announcement> other = await StreamNode.HearAsync(node.Stream(ChatStreams.User, "renewed"));

        string id = node.Identity.Renew();

        await one.IsInterruptedAsync();
        await other.IsInterruptedAsync();
        Assert.NotEqual(former, id);
        Assert.Equal(["conversation/group:renewed", "user/renewed"], await noted.FollowsAsync(id));
        Assert.Equal([id], await noted.NodesAsync("conversation/group:renewed"));
        Assert.Equal([id], await noted.NodesAsync("user/renewed"));
        Assert.Empty(await noted.FollowsAsync(former));
        await node.Conversation("group:renewed").OnNextAsync(Event("under the new id"));
        await one.HearsAsync("under the new id");
        Assert.Equal(0L, (long)await noted.Database.ExecuteAsync("PUBLISH", RedisKeys.Channel(former), "H"));
    }

    [Fact]
    public async Task Node_that_was_swept_follows_nothing_before_it_has_a_new_id()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint, options => options.Refresh = options.Heartbeat = TimeSpan.FromMilliseconds(20));
        await using Noted noted = await Noted.OpenAsync(redis);
        string former = node.Id;
        Hearing<Announcement> hearing = await node.HearAsync("group:swept");
        await noted.Database.StringSetAsync(RedisKeys.EndedNode(former), 1);
        await noted.Database.KeyDeleteAsync([RedisKeys.Follows(former), RedisKeys.Meta("group:swept")]);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => node.HearAsync("group:late"));
        await noted.Database.ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await Eventually.TrueAsync(() => node.Log.Warnings.Any(line => line.Contains("trying until", StringComparison.Ordinal)));
        Assert.Empty(await noted.FollowsAsync(former));

        node.Identity.Renew();

        await hearing.IsInterruptedAsync();
        await StreamNode.HearAsync(node.Conversation("group:late"));
        Assert.Equal(["conversation/group:late", "conversation/group:swept"], await noted.FollowsAsync(node.Id));
        Assert.Empty(await noted.FollowsAsync(former));
        Assert.Equal([node.Id], await noted.NodesAsync("conversation/group:swept"));
    }

    [Fact]
    public async Task Stream_that_redis_refuses_keeps_no_other_from_being_followed_again()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);
        await using Noted noted = await Noted.OpenAsync(redis);
        await StreamNode.HearAsync(node.Stream(ChatStreams.User, "broken"));
        Hearing<Announcement> sound = await StreamNode.HearAsync(node.Stream(ChatStreams.User, "sound"));
        await noted.Database.StringSetAsync(RedisKeys.UserNodes("broken"), "no set");

        await noted.Database.ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");

        await sound.IsInterruptedAsync();
        await node.Stream(ChatStreams.User, "sound").OnNextAsync(Event("after"));
        await sound.HearsAsync("after");
        Assert.Contains(node.Log.Warnings, line => line.Contains("user/broken", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stream_left_before_the_id_changed_is_removed_under_the_old_one()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint, options => options.Linger = TimeSpan.FromSeconds(1));
        await using Noted noted = await Noted.OpenAsync(redis);
        string former = node.Id;
        Hearing<Announcement> stays = await node.HearAsync("group:stays");
        Hearing<Announcement> leaves = await node.HearAsync("group:leaves");
        await leaves.Handle.UnsubscribeAsync();

        node.Identity.Renew();

        await stays.IsInterruptedAsync();
        await Eventually.TrueAsync(() => noted.IsForgottenAsync(former, "conversation/group:leaves"));
        Assert.Equal(["conversation/group:stays"], await noted.FollowsAsync(node.Id));
    }

    [Fact]
    public async Task Node_that_starts_before_redis_follows_as_soon_as_it_is_there()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync(new RedisServerOptions());
        await redis.Server.KillAsync();
        Task<StreamNode> starting = StreamNode.StartAsync(redis.Endpoint);

        await redis.Server.RestartAsync();

        await using StreamNode node = await starting;
        Hearing<Announcement> hearing = await node.HearAsync("group:early");
        await node.Conversation("group:early").OnNextAsync(Event("there"));
        await hearing.CountIsAsync(1);
    }
}
