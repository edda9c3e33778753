using OrleansChat.Redis.Connections;
using OrleansChat.Testing;
using OrleansChat.Users;
using StackExchange.Redis;

namespace OrleansChat.Redis.Tests.Users;

public sealed class RedisGuestTests(RedisFixture redis) : GuestSpecification, IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Guest_whose_name_somebody_began_to_take_over_cannot_come_back_or_be_added_anywhere()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        await stores.AcquireAsync();
        Account gwen = await stores.ClaimGuestAsync("gwen");
        TokenClaims token = await stores.IssueAsync(gwen);
        await stores.ConnectAsync(token, "s1");
        await stores.Directory.AddConversationAsync("gwen", ConversationId.Group("team"));
        await stores.Presence.CloseAsync("gwen", "s1");

        // A claimer that stops after its first step.
        RedisResult[] reply = (await stores.Connection.EvaluateAsync(
            RedisScript.Load("user-claim"),
            [RedisKeys.Account("gwen"), RedisKeys.Sessions("gwen"), RedisKeys.Conversations("gwen"), RedisKeys.RevokedTokens("gwen")],
            ["g", "", "stopped", 30_000])).Items();

        Assert.Equal(["1", gwen.Incarnation, "group:team"], Array.ConvertAll(reply, item => item.Text()));
        StoreSteps.AssertRefused(ChatError.Unauthenticated, await stores.TryConnectAsync(token, "s2"));
        StoreSteps.AssertRefused(ChatError.NoSuchUser, await stores.Directory.AddConversationAsync("gwen", ConversationId.Group("other")));
        await stores.ClaimGuestAsync("gwen");
        Assert.Empty(await stores.Directory.ConversationsAsync("gwen"));
    }

    [Fact]
    public async Task Slow_cleaner_takes_nothing_from_the_next_holder_of_the_name()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        await stores.ClaimGuestAsync("gwen");
        await stores.Directory.AddConversationAsync("gwen", ConversationId.Group("team"));

        await stores.Connection.EvaluateAsync(
            RedisScript.Load("list-clear"), [RedisKeys.Account("gwen"), RedisKeys.Conversations("gwen")], ["earlier", "group:team"]);

        Assert.Single(await stores.Directory.ConversationsAsync("gwen"));
    }

    [Fact]
    public async Task Guest_who_leaves_nothing_to_clean_leaves_no_key()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis, new StoreTimes { GuestReclaim = Soon });
        await stores.AcquireAsync();
        await stores.ConnectAsync(await stores.IssueAsync(await stores.ClaimGuestAsync("gwen")), "s1");

        await stores.Presence.CloseAsync("gwen", "s1");

        await Eventually.TrueAsync(async () => (await stores.TextsAsync("KEYS", "{u:gwen}:*")).Length == 0);
    }

    protected override async Task<IChatStores> OpenAsync(StoreTimes? times = null) => await RedisStores.OpenAsync(redis, times);
}

public sealed class RedisUserDirectoryTests(RedisFixture redis) : UserDirectorySpecification, IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Name_that_a_crash_kept_out_of_the_directory_is_entered_at_the_next_look()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        await stores.RegisterAsync("alice");
        await stores.CommandAsync("HDEL", RedisKeys.Account("alice"), "listed");
        await stores.CommandAsync("ZREM", RedisKeys.Users, "alice");

        await stores.Directory.FindAsync("alice");

        Assert.Equal(["alice"], (await stores.Directory.ListAsync("", null, 10)).Items);
    }

    [Fact]
    public async Task Directory_without_redis_is_unavailable()
    {
        await using RedisFixture own = await RedisFixture.StartAsync();
        await using RedisStores stores = await RedisStores.OpenAsync(own, deadline: TimeSpan.FromMilliseconds(300));
        await own.Server.KillAsync();

        StoreSteps.AssertRefused(ChatError.Unavailable, await stores.Directory.RegisterAsync("alice", "hash"));
        StoreSteps.AssertRefused(ChatError.Unavailable, await stores.Directory.ClaimGuestAsync("gwen"));
        StoreSteps.AssertRefused(ChatError.Unavailable, await stores.Directory.SetPasswordAsync("alice", "hash", "new"));
        StoreSteps.AssertRefused(ChatError.Unavailable, await stores.Directory.AddConversationAsync("alice", ConversationId.Group("team")));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => stores.Directory.FindAsync("alice"));
    }

    protected override async Task<IChatStores> OpenAsync(StoreTimes? times = null) => await RedisStores.OpenAsync(redis, times);
}

public sealed class RedisConversationListTests(RedisFixture redis) : ConversationListSpecification, IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Nodes_of_the_user_are_told_to_follow_each_time_and_to_stop()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        await stores.RegisterAsync("alice");
        await stores.CommandAsync("SADD", RedisKeys.UserNodes("alice"), "n1");
        await using NodeEar ear = await stores.HearAsync("n1");
        var team = ConversationId.Group("team");

        await stores.Directory.AddConversationAsync("alice", team);
        await stores.Directory.AddConversationAsync("alice", team);
        await stores.Directory.RemoveConversationAsync("alice", team);

        Assert.Equal(
            ["F user alice - 0 -\ngroup:team", "F user alice - 0 -\ngroup:team", "U user alice - 0 -\ngroup:team"],
            await ear.HeardAsync(3));
    }

    protected override async Task<IChatStores> OpenAsync(StoreTimes? times = null) => await RedisStores.OpenAsync(redis, times);
}

public sealed class RedisTokenStoreTests(RedisFixture redis) : TokenStoreSpecification, IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Nodes_of_the_user_are_told_what_was_revoked()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync("alice"));
        await stores.CommandAsync("SADD", RedisKeys.UserNodes("alice"), "n1");
        await using NodeEar ear = await stores.HearAsync("n1");

        await stores.Tokens.RevokeAsync(token);
        await stores.Tokens.RevokeAllAsync("alice", "kept");
        await stores.Directory.SetPasswordAsync("alice", "hash", "new");

        Assert.Collection(
            await ear.HeardAsync(3),
            one => Assert.Equal($"R user alice - 0 -\n{token.Id}", one),
            others => Assert.Matches(@"^R user alice - 0 -\n\*\d{13} kept$", others),
            all => Assert.Matches(@"^R user alice - 0 -\n\*\d{13}$", all));
    }

    [Fact]
    public async Task Revocations_of_expired_tokens_are_dropped()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync("alice"));
        await stores.CommandAsync("ZADD", RedisKeys.RevokedTokens("alice"), 1000, "long-expired");
        await stores.CommandAsync("ZADD", RedisKeys.Revocations, 1000, "alice long-ago");

        await stores.Tokens.RevokeAsync(token with { Id = "expired", ExpiresAt = 2000 });
        await stores.Tokens.RevokeAsync(token);

        Assert.Equal([token.Id], await stores.TextsAsync("ZRANGE", RedisKeys.RevokedTokens("alice"), 0, -1));
        Assert.InRange(await stores.NumberAsync("PTTL", RedisKeys.RevokedTokens("alice")), 1, 3_600_000 * 2);
        Assert.DoesNotContain("alice long-ago", await stores.TextsAsync("ZRANGE", RedisKeys.Revocations, 0, -1));
    }

    [Fact]
    public async Task Token_that_lasts_for_ever_can_be_revoked()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync("alice")) with { ExpiresAt = long.MaxValue };

        await stores.Tokens.RevokeAsync(token);

        Assert.False(await stores.Tokens.IsValidAsync(token));
    }

    protected override async Task<IChatStores> OpenAsync(StoreTimes? times = null) => await RedisStores.OpenAsync(redis, times);
}
