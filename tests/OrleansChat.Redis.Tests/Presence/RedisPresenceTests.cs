using System.Text.Json;
using Microsoft.Extensions.Options;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Presence;
using OrleansChat.Redis.Tests.Users;
using OrleansChat.Redis.Users;
using OrleansChat.Testing;
using OrleansChat.Users;

namespace OrleansChat.Redis.Tests.Presence;

public sealed class RedisPresenceTests(RedisFixture redis) : PresenceSpecification, IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Watchers_are_told_of_each_transition_and_of_nothing_else()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        await stores.AcquireAsync();
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync("alice"));
        await stores.CommandAsync("SADD", RedisKeys.Watchers("alice"), "n1");
        await stores.CommandAsync("SADD", RedisKeys.Watchers("*"), "n2");
        await using NodeEar one = await stores.HearAsync("n1");
        await using NodeEar everybody = await stores.HearAsync("n2");

        await stores.ConnectAsync(token, "s1");
        await stores.ConnectAsync(token, "s2");
        await stores.Presence.SetAwayAsync("alice", "s1", true);
        await stores.Presence.SetAwayAsync("alice", "s2", true);
        await stores.Presence.SetAwayAsync("alice", "s2", true);
        await stores.Presence.SetAwayAsync("alice", "s2", false);
        await stores.Presence.CloseAsync("alice", "s1");
        await stores.Presence.CloseAsync("alice", "s2");
        await stores.Presence.CloseAsync("alice", "s2");

        long lastSeen = (await stores.Presence.GetAsync("alice")).LastSeen;
        string[] events =
        [
            Event("online", 0), Event("away", 0), Event("online", 0), Event("offline", lastSeen),
        ];
        Assert.Equal(events.Select(text => $"V presence alice - 0 -\n{text}"), await one.HeardAsync(4));
        Assert.Equal(events.Select(text => $"V presence * - 0 -\n{text}"), await everybody.HeardAsync(4));

        static string Event(string state, long lastSeen) =>
            $$"""{"ev":"presence","user":"alice","state":"{{state}}","status":"","lastSeen":{{lastSeen}}}""";
    }

    [Fact]
    public async Task Status_is_announced_and_goes_with_later_events()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        await stores.AcquireAsync();
        await stores.JoinAsync("alice", "s1");
        await stores.CommandAsync("SADD", RedisKeys.Watchers("alice"), "n1");
        await using NodeEar ear = await stores.HearAsync("n1");
        const string Status = "at \"lunch\" \\ \n\t ünï \ud83c\udf55 ";

        await stores.Presence.AnnounceAsync("alice", Status);
        await stores.Presence.SetAwayAsync("alice", "s1", true);

        foreach (string heard in await ear.HeardAsync(2))
        {
            string[] lines = heard.Split('\n');
            Assert.Equal(2, lines.Length);
            Assert.Equal(Status, JsonDocument.Parse(lines[1]).RootElement.GetProperty("status").GetString());
        }
    }

    [Fact]
    public async Task Refused_session_leaves_no_trace_and_is_not_announced()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        await stores.AcquireAsync();
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync("alice"));
        await stores.CommandAsync("SADD", RedisKeys.Watchers("*"), "n2");
        await using NodeEar everybody = await stores.HearAsync("n2");

        await stores.TryConnectAsync(token with { Incarnation = "another" }, "s1");
        await stores.ConnectAsync(token, "s2");

        Assert.Equal(["alice/s2"], await stores.TextsAsync("SMEMBERS", RedisKeys.NodeSessions(StoreSteps.Node)));
        Assert.Single(await everybody.HeardAsync(1));
    }

    [Fact]
    public async Task Session_is_not_even_noted_with_a_node_that_may_have_been_swept()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        var book = new SessionBook(stores.Connection, Options.Create(new UserTimes()));

        Assert.False(await book.NoteAsync("alice", "s1", "swept"));

        Assert.Empty(await stores.TextsAsync("KEYS", "*"));
    }

    [Fact]
    public async Task Session_opened_just_after_its_node_was_swept_is_closed_again()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        IChatStores peer = stores.Peer();
        var book = new SessionBook(stores.Connection, Options.Create(new UserTimes()));
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync("alice"));
        await stores.AcquireAsync();
        for (int round = 0; round < 50; round++)
        {
            string node = $"n-{round}";
            await stores.AcquireAsync(node);

            // Only the script that opens has to be loaded first, which gives the sweep time to come between.
            await stores.CommandAsync("SCRIPT", "FLUSH");
            await book.NoteAsync("alice", "other", StoreSteps.Node);
            await peer.Presence.CloseAsync("alice", "other");
            Task<Result<Done>> opening = stores.TryConnectAsync(token, $"s{round}", node);
            await peer.Leases.ReleaseAsync(node);
            await opening;

            Assert.Empty(await stores.Presence.SessionsAsync("alice"));
        }
    }

    [Fact]
    public async Task Closed_session_leaves_its_node_too()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        await stores.AcquireAsync();
        await stores.JoinAsync("alice", "s1");

        await stores.Presence.CloseAsync("alice", "s1");

        Assert.Empty(await stores.TextsAsync("SMEMBERS", RedisKeys.NodeSessions(StoreSteps.Node)));
    }

    [Fact]
    public async Task Session_closed_while_redis_does_not_answer_is_closed_when_it_does()
    {
        await using RedisFixture own = await RedisFixture.StartAsync();
        await using RedisStores stores = await RedisStores.OpenAsync(own, deadline: TimeSpan.FromMilliseconds(500));
        await stores.AcquireAsync();
        TokenClaims token = await stores.JoinAsync("alice", "s1");
        await stores.ConnectAsync(token, "s2");

        own.Server.Pause();
        await stores.Presence.CloseAsync("alice", "s1");
        own.Server.Resume();

        await Eventually.TrueAsync(async () => (await stores.Presence.SessionsAsync("alice")).Count == 1);
        Assert.Equal("s2", Assert.Single(await stores.Presence.SessionsAsync("alice")).Session);
    }

    protected override async Task<IChatStores> OpenAsync(StoreTimes? times = null) => await RedisStores.OpenAsync(redis, times);
}
