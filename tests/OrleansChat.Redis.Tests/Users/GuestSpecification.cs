using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Testing;
using OrleansChat.Users;

namespace OrleansChat.Redis.Tests.Users;

public abstract class GuestSpecification : StoreSpecification
{
    [Fact]
    public async Task Guest_gets_a_free_name_and_an_incarnation()
    {
        await using IChatStores stores = await OpenAsync();

        Account gwen = await stores.ClaimGuestAsync("gwen");

        Assert.True(gwen.Guest);
        Assert.NotEmpty(gwen.Incarnation);
        Assert.Equal(gwen, await stores.Directory.FindAsync("gwen"));
    }

    [Fact]
    public async Task Name_claimed_by_fifty_guests_at_once_goes_to_exactly_one()
    {
        await using IChatStores stores = await OpenAsync();
        IChatStores peer = stores.Peer();

        Result<Account>[] claims = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            (i % 2 == 0 ? stores : peer).Directory.ClaimGuestAsync("gwen")));

        Result<Account> won = Assert.Single(claims, claim => claim.IsOk);
        Assert.All(claims.Where(claim => !claim.IsOk), claim => StoreSteps.AssertRefused(ChatError.NameTaken, claim));
        Assert.Equal(won.Value!.Incarnation, (await stores.Directory.FindAsync("gwen"))?.Incarnation);
    }

    [Fact]
    public async Task Held_name_is_refused_to_everybody_else()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.ClaimGuestAsync("gwen");

        StoreSteps.AssertRefused(ChatError.NameTaken, await stores.Directory.ClaimGuestAsync("gwen"));
        StoreSteps.AssertRefused(ChatError.NameTaken, await stores.Directory.RegisterAsync("gwen", "hash"));
    }

    [Fact]
    public async Task Hold_that_passed_without_a_connection_frees_the_name()
    {
        await using IChatStores stores = await OpenAsync(new StoreTimes { GuestHold = Soon });
        await stores.AcquireAsync();
        Account first = await stores.ClaimGuestAsync("gwen");
        TokenClaims token = await stores.IssueAsync(first);

        Result<Account> second = await Eventually.ValueAsync(() => stores.Directory.ClaimGuestAsync("gwen"), claim => claim.IsOk);

        Assert.NotEqual(first.Incarnation, second.Value!.Incarnation);
        Assert.False(await stores.Tokens.IsValidAsync(token));
        StoreSteps.AssertRefused(ChatError.Unauthenticated, await stores.TryConnectAsync(token, "s1"));
    }

    [Fact]
    public async Task Hold_that_passed_leaves_no_account()
    {
        await using IChatStores stores = await OpenAsync(new StoreTimes { GuestHold = Soon });
        await stores.ClaimGuestAsync("gwen");

        await Eventually.TrueAsync(async () => await stores.Directory.FindAsync("gwen") is null);
    }

    [Fact]
    public async Task First_connection_keeps_the_name_beyond_the_hold()
    {
        // Long enough for the first connection, on a machine that stands still now and then.
        await using IChatStores stores = await OpenAsync(new StoreTimes { GuestHold = TimeSpan.FromSeconds(5) });
        await stores.AcquireAsync();
        Account gwen = await stores.ClaimGuestAsync("gwen");
        await stores.ConnectAsync(await stores.IssueAsync(gwen), "s1");
        await stores.ClaimGuestAsync("later");

        // When the later hold has passed, so has the earlier one.
        await Eventually.ValueAsync(() => stores.Directory.ClaimGuestAsync("later"), claim => claim.IsOk);

        StoreSteps.AssertRefused(ChatError.NameTaken, await stores.Directory.ClaimGuestAsync("gwen"));
        Assert.Equal(gwen, await stores.Directory.FindAsync("gwen"));
    }

    [Fact]
    public async Task Name_is_free_when_the_last_connection_ends()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.AcquireAsync();
        Account first = await stores.ClaimGuestAsync("gwen");
        TokenClaims token = await stores.IssueAsync(first);
        await stores.ConnectAsync(token, "s1");
        await stores.ConnectAsync(token, "s2");

        await stores.Presence.CloseAsync("gwen", "s1");
        StoreSteps.AssertRefused(ChatError.NameTaken, await stores.Directory.ClaimGuestAsync("gwen"));
        await stores.Presence.CloseAsync("gwen", "s2");
        Account second = await stores.ClaimGuestAsync("gwen");

        Assert.NotEqual(first.Incarnation, second.Incarnation);
        Assert.False(await stores.Tokens.IsValidAsync(token));
        StoreSteps.AssertRefused(ChatError.Unauthenticated, await stores.TryConnectAsync(token, "s3"));
    }

    [Fact]
    public async Task Guest_who_comes_back_in_time_is_the_same_one()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.AcquireAsync();
        Account gwen = await stores.ClaimGuestAsync("gwen");
        TokenClaims token = await stores.IssueAsync(gwen);
        await stores.ConnectAsync(token, "s1");
        await stores.Presence.CloseAsync("gwen", "s1");

        Assert.Equal(gwen, await stores.Directory.FindAsync("gwen"));
        Assert.True(await stores.Tokens.IsValidAsync(token));
        await stores.ConnectAsync(token, "s2");

        Assert.Equal(gwen, await stores.Directory.FindAsync("gwen"));
        StoreSteps.AssertRefused(ChatError.NameTaken, await stores.Directory.ClaimGuestAsync("gwen"));
    }

    [Fact]
    public async Task Guest_who_comes_back_too_late_is_nobody()
    {
        await using IChatStores stores = await OpenAsync(new StoreTimes { GuestReclaim = Soon });
        await stores.AcquireAsync();
        Account gwen = await stores.ClaimGuestAsync("gwen");
        TokenClaims token = await stores.IssueAsync(gwen);
        await stores.ConnectAsync(token, "s1");
        await stores.Directory.AddConversationAsync("gwen", ConversationId.Group("team"));
        await stores.Presence.CloseAsync("gwen", "s1");

        await Eventually.TrueAsync(async () => !await stores.Tokens.IsValidAsync(token));

        StoreSteps.AssertRefused(ChatError.Unauthenticated, await stores.TryConnectAsync(token, "s2"));
        Assert.Null(await stores.Directory.FindAsync("gwen"));
        StoreSteps.AssertRefused(ChatError.NoSuchUser, await stores.Directory.AddConversationAsync("gwen", ConversationId.Direct("bob", "gwen")));
    }

    [Fact]
    public async Task Registered_name_is_never_given_to_a_guest()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.RegisterAsync("alice");

        StoreSteps.AssertRefused(ChatError.NameTaken, await stores.Directory.ClaimGuestAsync("alice"));
    }

    [Fact]
    public async Task Name_of_an_ended_guest_can_be_registered()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.AcquireAsync();
        TokenClaims token = await stores.IssueAsync(await stores.ClaimGuestAsync("gwen"));
        await stores.ConnectAsync(token, "s1");
        await stores.Directory.AddConversationAsync("gwen", ConversationId.Group("gone"));
        await stores.Presence.CloseAsync("gwen", "s1");

        await stores.RegisterAsync("gwen");

        Assert.False(await stores.Tokens.IsValidAsync(token));
        Assert.Empty(await stores.Directory.ConversationsAsync("gwen"));
        Assert.Equal(["gwen"], (await stores.Directory.ListAsync("", null, 10)).Items);
    }

    [Fact]
    public async Task Guest_who_registers_keeps_what_they_have_and_the_name_for_good()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.AcquireAsync();
        Account gwen = await stores.ClaimGuestAsync("gwen");
        TokenClaims token = await stores.IssueAsync(gwen);
        await stores.ConnectAsync(token, "s1");
        await stores.Directory.AddConversationAsync("gwen", ConversationId.Group("team"));

        Result<Account> kept = await stores.Directory.RegisterGuestAsync("gwen", gwen.Incarnation, "hash");
        await stores.Presence.CloseAsync("gwen", "s1");

        Assert.Equal(gwen with { Guest = false, PasswordHash = "hash" }, kept.Value);
        Assert.Equal(kept.Value, await stores.Directory.FindAsync("gwen"));
        Assert.True(await stores.Tokens.IsValidAsync(token));
        Assert.Single(await stores.Directory.ConversationsAsync("gwen"));
        Assert.Equal(["gwen"], (await stores.Directory.ListAsync("", null, 10)).Items);
        StoreSteps.AssertRefused(ChatError.NameTaken, await stores.Directory.ClaimGuestAsync("gwen"));
        StoreSteps.AssertRefused(ChatError.NameTaken, await stores.Directory.RegisterGuestAsync("gwen", gwen.Incarnation, "other"));
    }

    [Fact]
    public async Task Guest_whose_time_is_over_cannot_register_the_name_they_held()
    {
        await using IChatStores stores = await OpenAsync(new StoreTimes { GuestReclaim = Soon });
        await stores.AcquireAsync();
        Account gwen = await stores.ClaimGuestAsync("gwen");
        TokenClaims token = await stores.IssueAsync(gwen);
        await stores.ConnectAsync(token, "s1");
        await stores.Directory.AddConversationAsync("gwen", ConversationId.Group("team"));
        await stores.Presence.CloseAsync("gwen", "s1");
        await Eventually.TrueAsync(async () => !await stores.Tokens.IsValidAsync(token));

        StoreSteps.AssertRefused(ChatError.Unauthenticated, await stores.Directory.RegisterGuestAsync("gwen", gwen.Incarnation, "hash"));
        StoreSteps.AssertRefused(ChatError.Unauthenticated, await stores.Directory.RegisterGuestAsync("nobody", "x", "hash"));
    }

    [Fact]
    public async Task Ended_guest_is_taken_out_of_everything_before_the_name_goes_to_another()
    {
        await using IChatStores stores = await OpenAsync();
        Account first = await EndedMemberAsync(stores);
        var ended = new Actor("gwen", first.Incarnation, "");
        var owner = new Actor("alice", "", "");

        Account second = await stores.ClaimGuestAsync("gwen");

        Assert.NotEqual(first.Incarnation, second.Incarnation);
        Assert.Empty(await stores.Directory.ConversationsAsync("gwen"));
        Result<Page<GroupMember>> members = await stores.Groups.MembersAsync("team", owner, null, 10);
        Assert.Equal(["alice"], members.Value!.Items.Select(member => member.User));
        StoreSteps.AssertRefused(ChatError.NotMember, await stores.Log.SummaryAsync(ConversationId.Direct("alice", "gwen"), ended));
        StoreSteps.AssertRefused(ChatError.NotMember, await stores.Log.SummaryAsync(ConversationId.Direct("alice", "gwen"), new Actor("gwen", second.Incarnation, "")));
    }

    [Fact]
    public async Task Name_of_an_ended_guest_claimed_by_many_at_once_goes_to_exactly_one()
    {
        await using IChatStores stores = await OpenAsync();
        await EndedMemberAsync(stores);
        IChatStores peer = stores.Peer();

        Result<Account>[] claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            (i % 2 == 0 ? stores : peer).Directory.ClaimGuestAsync("gwen")));

        Assert.Single(claims, claim => claim.IsOk);
        Assert.All(claims.Where(claim => !claim.IsOk), claim => StoreSteps.AssertRefused(ChatError.NameTaken, claim));
        Assert.Empty(await stores.Directory.ConversationsAsync("gwen"));
    }

    [Fact]
    public async Task Guest_who_comes_back_while_others_claim_the_name_is_whole_or_gone()
    {
        for (int round = 0; round < 20; round++)
        {
            await using IChatStores stores = await OpenAsync();
            Account first = await EndedMemberAsync(stores);
            TokenClaims token = await stores.IssueAsync(first);

            Task<Result<Account>> claiming = stores.Peer().Directory.ClaimGuestAsync("gwen");
            Task<Result<Done>> connecting = stores.TryConnectAsync(token, "s2");
            Result<Account> claim = await claiming;
            Result<Done> back = await connecting;

            Assert.True(claim.IsOk ^ back.IsOk, $"claim {claim.Error?.Name}, back {back.Error?.Name}");
            Assert.Equal(back.IsOk ? 2 : 0, (await stores.Directory.ConversationsAsync("gwen")).Count);
            Result<Page<GroupMember>> members = await stores.Groups.MembersAsync("team", new Actor("alice", "", ""), null, 10);
            Assert.Equal(back.IsOk ? 2 : 1, members.Value!.Items.Count);
        }
    }

    /// <summary>A guest who was in a group and a direct conversation, and whose last connection has ended.</summary>
    private static async Task<Account> EndedMemberAsync(IChatStores stores)
    {
        await stores.AcquireAsync();
        await stores.RegisterAsync("alice");
        Account gwen = await stores.ClaimGuestAsync("gwen");
        await stores.ConnectAsync(await stores.IssueAsync(gwen), "s1");
        var member = new NewMember("gwen", gwen.Incarnation);
        var direct = ConversationId.Direct("alice", "gwen");
        await stores.Directory.AddConversationAsync("gwen", ConversationId.Group("team"));
        await stores.Directory.AddConversationAsync("gwen", direct);
        var owner = new Actor("alice", "", "");
        Result<Appended> created = await stores.Groups.CreateAsync("team", owner, new GroupSettings(Title: "Team"), [new NewMember("alice", ""), member]);
        Assert.True(created.IsOk, created.Error?.Name);
        AppendReply appended = await stores.Log.AppendAsync(new AppendBatch(
            direct, [new SendRequest(owner, "c1", 1, "\"kind\":\"text\",\"clientId\":\"c1\",\"text\":\"hi\"}"u8.ToArray())], null, [new NewMember("alice", ""), member]));
        Assert.Null(Assert.Single(appended.Replies).Error);
        await stores.Presence.CloseAsync("gwen", "s1");
        return gwen;
    }
}
