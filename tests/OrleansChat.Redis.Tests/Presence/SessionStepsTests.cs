using System.Globalization;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using OrleansChat.Presence;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Presence;
using OrleansChat.Redis.Streams;
using OrleansChat.Redis.Tests.Users;
using OrleansChat.Redis.Users;
using OrleansChat.Streams;
using OrleansChat.Testing;
using OrleansChat.Users;

namespace OrleansChat.Redis.Tests.Presence;

/// <summary>A session comes and goes in one step each where one server holds all keys. What that does is in the suite of the port, which goes this way too.</summary>
public sealed class SessionStepsTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Session_is_opened_by_one_script_and_closed_by_another()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        await stores.AcquireAsync();
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync("alice"));
        await stores.ConnectAsync(token, "connects the pipeline");

        await stores.CommandAsync("CONFIG", "RESETSTAT");
        await stores.ConnectAsync(token, "s1");
        await stores.Presence.CloseAsync("alice", "s1", StoreSteps.Node);

        Assert.Equal(2, await CallsAsync(stores, "evalsha"));
    }

    [Fact]
    public async Task Stream_to_a_user_is_followed_by_one_script_and_left_by_another()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        var followers = new FollowerSets(stores.Connection);
        StreamName stream = StreamName.Of(StreamId.Create(ChatStreams.User, "alice"));
        await followers.AddAsync("n1", StreamName.Of(StreamId.Create(ChatStreams.User, "bob")));

        await stores.CommandAsync("CONFIG", "RESETSTAT");
        Assert.True(await followers.AddAsync("n1", stream));
        Assert.False(await followers.AddAsync("n1", stream));
        await followers.RemoveAsync("n1", stream);

        Assert.Equal(3, await CallsAsync(stores, "evalsha"));
        Assert.Equal(["user/bob"], await stores.TextsAsync("SMEMBERS", RedisKeys.Follows("n1")));
        Assert.Empty(await stores.TextsAsync("SMEMBERS", RedisKeys.UserNodes("alice")));
    }

    [Fact]
    public async Task Swept_node_follows_nothing()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        await stores.CommandAsync("SET", RedisKeys.EndedNode("n1"), "1");
        var followers = new FollowerSets(stores.Connection);

        await Assert.ThrowsAsync<StorageUnavailableException>(
            () => followers.AddAsync("n1", StreamName.Of(StreamId.Create(ChatStreams.User, "alice"))));

        Assert.Empty(await stores.TextsAsync("SMEMBERS", RedisKeys.Follows("n1")));
        Assert.Empty(await stores.TextsAsync("SMEMBERS", RedisKeys.UserNodes("alice")));
    }

    [Fact]
    public async Task Session_is_not_opened_on_a_node_without_a_lease()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync("alice"));

        Result<Done> opened = await stores.TryConnectAsync(token, "s1", "swept");

        Assert.Equal(ChatError.Unavailable.Code, opened.Error?.Code);
        Assert.Empty(await stores.Presence.SessionsAsync("alice"));
        Assert.Empty(await stores.TextsAsync("SMEMBERS", RedisKeys.NodeSessions("swept")));
        Assert.Empty((await stores.Presence.OnlineAsync(null, 10)).Items);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_one_node_opens_in_one_step_another_closes_in_several_and_the_other_way_round(bool opensInOne)
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        await stores.AcquireAsync();
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync("alice"));
        await using NodeEar everybody = await HearEverybodyAsync(stores);
        var book = new SessionBook(stores.Connection, Options.Create(new UserTimes()));
        if (opensInOne)
        {
            await stores.ConnectAsync(token, "s1");
        }
        else
        {
            Assert.True(await book.NoteAsync("alice", "s1", StoreSteps.Node));
            Assert.Null(await book.OpenAsync(new SessionOpen(token, "s1", StoreSteps.Node, "device", 10)));
        }

        Assert.Equal(["alice"], (await stores.Presence.OnlineAsync(null, 10)).Items);
        SessionInfo session = Assert.Single(await stores.Presence.SessionsAsync("alice"));
        Assert.Equal(("s1", StoreSteps.Node, token.Id), (session.Session, session.Node, session.TokenId));

        await stores.Presence.CloseAsync("alice", "s1", opensInOne ? null : StoreSteps.Node);

        Assert.Empty((await stores.Presence.OnlineAsync(null, 10)).Items);
        Assert.Empty(await stores.TextsAsync("SMEMBERS", RedisKeys.NodeSessions(StoreSteps.Node)));
        Assert.Equal(2, (await everybody.HeardAsync(2)).Length);
    }

    [Fact]
    public async Task Session_that_another_node_has_is_left_alone_and_the_note_of_this_one_goes()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        await stores.AcquireAsync();
        await stores.JoinAsync("alice", "s1");
        await stores.CommandAsync("SADD", RedisKeys.NodeSessions("other"), "alice/s1");

        await stores.Presence.CloseAsync("alice", "s1", "other");

        Assert.Single(await stores.Presence.SessionsAsync("alice"));
        Assert.Equal(["alice"], (await stores.Presence.OnlineAsync(null, 10)).Items);
        Assert.Empty(await stores.TextsAsync("SMEMBERS", RedisKeys.NodeSessions("other")));
    }

    [Fact]
    public async Task Session_whose_opening_was_not_answered_in_time_is_closed_when_redis_answers_again()
    {
        await using RedisFixture own = await RedisFixture.StartAsync();
        await using RedisStores stores = await RedisStores.OpenAsync(own, deadline: TimeSpan.FromMilliseconds(500));
        await stores.AcquireAsync();
        TokenClaims token = await stores.JoinAsync("alice", "s1");
        await stores.CommandAsync("CONFIG", "RESETSTAT");

        own.Server.Pause();
        StoreSteps.AssertRefused(ChatError.Unavailable, await stores.TryConnectAsync(token, "s2"));
        own.Server.Resume();

        // The late opening, and a closing behind it.
        await Eventually.TrueAsync(async () => await CallsAsync(stores, "evalsha") >= 2);
        Assert.Equal("s1", Assert.Single(await stores.Presence.SessionsAsync("alice")).Session);
        Assert.Equal(["alice/s1"], await stores.TextsAsync("SMEMBERS", RedisKeys.NodeSessions(StoreSteps.Node)));
    }

    private static async Task<NodeEar> HearEverybodyAsync(RedisStores stores)
    {
        await stores.CommandAsync("SADD", RedisKeys.Watchers(ChatStreams.Everybody), "ear");
        return await stores.HearAsync("ear");
    }

    private static async Task<long> CallsAsync(RedisStores stores, string command)
    {
        string stats = (await stores.CommandAsync("INFO", "commandstats")).Text();
        string? line = stats.Split('\n').FirstOrDefault(one => one.StartsWith($"cmdstat_{command}:calls=", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split('=', ',')[1], CultureInfo.InvariantCulture);
    }
}
