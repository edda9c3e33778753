using OrleansChat.Presence;
using OrleansChat.Redis.Tests.Users;
using OrleansChat.Testing;
using OrleansChat.Users;

namespace OrleansChat.Redis.Tests.Presence;

public abstract class PresenceSpecification : StoreSpecification
{
    [Fact]
    public async Task User_is_online_from_the_first_session_to_the_last()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.AcquireAsync();
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync("alice"));
        Assert.Equal(new PresenceState("offline", 0), await stores.Presence.GetAsync("alice"));

        await stores.ConnectAsync(token, "s1");
        await stores.ConnectAsync(token, "s2");
        await stores.Presence.CloseAsync("alice", "s1");

        Assert.Equal(new PresenceState("online", 0), await stores.Presence.GetAsync("alice"));
        Assert.Equal(["alice"], await stores.OnlineAsync());
        long before = await stores.Tokens.NowAsync("alice");
        await stores.Presence.CloseAsync("alice", "s2");
        PresenceState left = await stores.Presence.GetAsync("alice");
        Assert.Equal("offline", left.State);
        Assert.InRange(left.LastSeen, before, await stores.Tokens.NowAsync("alice"));
        Assert.Empty(await stores.OnlineAsync());
    }

    [Fact]
    public async Task Nobody_is_offline()
    {
        await using IChatStores stores = await OpenAsync();

        Assert.Equal(new PresenceState("offline", 0), await stores.Presence.GetAsync("nobody"));
        Assert.Empty(await stores.Presence.SessionsAsync("nobody"));
    }

    [Fact]
    public async Task User_is_away_when_all_sessions_are()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.AcquireAsync();
        TokenClaims token = await stores.JoinAsync("alice", "s1");
        await stores.ConnectAsync(token, "s2");

        await stores.Presence.SetAwayAsync("alice", "s1", true);
        Assert.Equal("online", (await stores.Presence.GetAsync("alice")).State);
        await stores.Presence.SetAwayAsync("alice", "s2", true);
        Assert.Equal(new PresenceState("away", 0), await stores.Presence.GetAsync("alice"));
        Assert.Equal(["alice"], await stores.OnlineAsync());
        await stores.Presence.SetAwayAsync("alice", "s1", false);
        Assert.Equal("online", (await stores.Presence.GetAsync("alice")).State);
        await stores.Presence.CloseAsync("alice", "s1");
        Assert.Equal("away", (await stores.Presence.GetAsync("alice")).State);
    }

    [Fact]
    public async Task Session_that_is_not_open_cannot_be_away_or_closed()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.AcquireAsync();
        await stores.JoinAsync("alice", "s1");

        await stores.Presence.SetAwayAsync("alice", "other", true);
        await stores.Presence.CloseAsync("alice", "other");
        await stores.Presence.SetAwayAsync("nobody", "s1", true);
        await stores.Presence.CloseAsync("nobody", "s1");
        await stores.Presence.AnnounceAsync("nobody", "hi");

        Assert.Equal("online", (await stores.Presence.GetAsync("alice")).State);
        Assert.Equal(["alice"], await stores.OnlineAsync());
        Assert.Null(await stores.Directory.FindAsync("nobody"));
    }

    [Fact]
    public async Task Sessions_are_told_as_they_were_opened()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.AcquireAsync();
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync("alice"));
        long before = await stores.Tokens.NowAsync("alice");

        await stores.TryConnectAsync(token, "s1", device: "Pine \"phone\"\n 3 é");
        await stores.TryConnectAsync(token, "s2", device: "");
        await stores.Presence.SetAwayAsync("alice", "s2", true);

        SessionInfo[] sessions = [.. (await stores.Presence.SessionsAsync("alice")).OrderBy(session => session.Session)];
        Assert.All(sessions, session => Assert.InRange(session.Since, before, before + 60_000));
        Assert.Equal(
            [
                new SessionInfo("s1", StoreSteps.Node, "Pine \"phone\"\n 3 é", sessions[0].Since, false, token.Id),
                new SessionInfo("s2", StoreSteps.Node, "", sessions[1].Since, true, token.Id),
            ],
            sessions);
    }

    [Fact]
    public async Task Too_many_sessions_are_refused_also_at_once()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.AcquireAsync();
        IChatStores peer = stores.Peer();
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync("alice"));

        Result<Done>[] opens = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            (i % 2 == 0 ? stores : peer).TryConnectAsync(token, $"s{i}", maxSessions: 3)));

        Assert.Equal(3, opens.Count(open => open.IsOk));
        Assert.All(opens.Where(open => !open.IsOk), open => StoreSteps.AssertRefused(ChatError.RateLimited, open));
        Assert.Equal(3, (await stores.Presence.SessionsAsync("alice")).Count);
    }

    [Fact]
    public async Task Session_with_a_token_that_no_longer_stands_is_refused()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.AcquireAsync();
        Account alice = await stores.RegisterAsync("alice");
        TokenClaims revoked = await stores.IssueAsync(alice);
        TokenClaims old = await stores.IssueAsync(alice);
        await stores.Tokens.RevokeAsync(revoked);
        StoreSteps.AssertRefused(ChatError.Unauthenticated, await stores.TryConnectAsync(revoked, "s1"));
        await stores.ConnectAsync(old, "s2");
        await stores.Tokens.RevokeAllAsync("alice", null);

        StoreSteps.AssertRefused(ChatError.Unauthenticated, await stores.TryConnectAsync(old, "s3"));
        StoreSteps.AssertRefused(ChatError.Unauthenticated, await stores.TryConnectAsync(old with { User = "nobody" }, "s3"));
        Assert.Equal(["s2"], (await stores.Presence.SessionsAsync("alice")).Select(session => session.Session));
    }

    [Fact]
    public async Task Node_without_a_lease_opens_no_session()
    {
        await using IChatStores stores = await OpenAsync();
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync("alice"));

        StoreSteps.AssertRefused(ChatError.Unavailable, await stores.TryConnectAsync(token, "s1", "never-leased"));

        Assert.Equal("offline", (await stores.Presence.GetAsync("alice")).State);
    }

    [Fact]
    public async Task People_online_are_read_in_pages()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.AcquireAsync();
        string[] names = ["u-1", "u.1", "u1", "u2", "zoe"];
        foreach (string name in names)
        {
            await stores.JoinAsync(name, $"{name}-s");
        }

        Page<string> first = await stores.Presence.OnlineAsync(null, 3);
        Page<string> second = await stores.Presence.OnlineAsync(first.Next, 3);

        Assert.Equal(names[..3], first.Items);
        Assert.Equal(names[3..], second.Items);
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task Nodes_that_open_and_close_at_once_agree_on_who_is_online()
    {
        await using IChatStores stores = await OpenAsync();
        IChatStores peer = stores.Peer();
        await stores.AcquireAsync("n1");
        await peer.AcquireAsync("n2");
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync("alice"));
        for (int round = 0; round < 100; round++)
        {
            Task one = FlapAsync(stores, token, $"a{round}", "n1");
            Task other = FlapAsync(peer, token, $"b{round}", "n2");
            await Task.WhenAll(one, other);
            Assert.Empty(await stores.OnlineAsync());
            Assert.Equal("offline", (await stores.Presence.GetAsync("alice")).State);

            await stores.ConnectAsync(token, "last", "n1");
            await Task.WhenAll(peer.ConnectAsync(token, "stays", "n2"), stores.Presence.CloseAsync("alice", "last"));
            Assert.Equal(["alice"], await stores.OnlineAsync());
            await stores.Presence.CloseAsync("alice", "stays");
        }
    }

    [Fact]
    public async Task Session_opened_while_its_node_is_swept_is_refused_or_swept()
    {
        await using IChatStores stores = await OpenAsync();
        IChatStores peer = stores.Peer();
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync("alice"));
        for (int round = 0; round < 100; round++)
        {
            string node = $"n-{round}";
            await stores.AcquireAsync(node);

            Task<Result<Done>[]> opening = Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => stores.TryConnectAsync(token, $"s{round}-{i}", node))));
            await peer.Leases.ReleaseAsync(node);
            await opening;
            await peer.Leases.SweepAsync();

            Assert.Empty(await stores.Presence.SessionsAsync("alice"));
            Assert.Empty(await stores.OnlineAsync());
        }
    }

    private static async Task FlapAsync(IChatStores stores, TokenClaims token, string session, string node)
    {
        await stores.ConnectAsync(token, session, node);
        await stores.Presence.CloseAsync(token.User, session);
    }
}
