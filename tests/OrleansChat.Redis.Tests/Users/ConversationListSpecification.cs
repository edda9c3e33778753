using OrleansChat.Testing;
using OrleansChat.Users;

namespace OrleansChat.Redis.Tests.Users;

public abstract class ConversationListSpecification : StoreSpecification
{
    private static readonly ConversationId Team = ConversationId.Group("team");
    private static readonly ConversationId Other = ConversationId.Group("other");

    [Fact]
    public async Task List_holds_what_was_added_and_since_when()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.RegisterAsync("alice");
        long before = await stores.Tokens.NowAsync("alice");

        Result<NewListing> added = await stores.Directory.AddConversationAsync("alice", Team);
        long after = await stores.Tokens.NowAsync("alice");
        await stores.Directory.AddConversationAsync("alice", Team);

        Assert.Equal(new NewListing(""), added.Value);
        KeyValuePair<string, long> entry = Assert.Single(await stores.Directory.ConversationsAsync("alice"));
        Assert.Equal(Team.Value, entry.Key);
        Assert.InRange(entry.Value, before, after);
    }

    [Fact]
    public async Task Listing_tells_a_guests_incarnation()
    {
        await using IChatStores stores = await OpenAsync();
        Account gwen = await stores.ClaimGuestAsync("gwen");

        Result<NewListing> added = await stores.Directory.AddConversationAsync("gwen", Team);

        Assert.Equal(gwen.Incarnation, added.Value?.Incarnation);
    }

    [Fact]
    public async Task Nobody_has_no_list()
    {
        await using IChatStores stores = await OpenAsync();

        StoreSteps.AssertRefused(ChatError.NoSuchUser, await stores.Directory.AddConversationAsync("nobody", Team));
        Assert.Empty(await stores.Directory.ConversationsAsync("nobody"));
    }

    [Fact]
    public async Task Full_list_takes_no_more_but_what_it_holds()
    {
        await using IChatStores stores = await OpenAsync(new StoreTimes { ConversationsPerUser = 1 });
        await stores.RegisterAsync("alice");
        await stores.Directory.AddConversationAsync("alice", Team);

        StoreSteps.AssertRefused(ChatError.TooLarge, await stores.Directory.AddConversationAsync("alice", Other));
        Assert.True((await stores.Directory.AddConversationAsync("alice", Team)).IsOk);
    }

    [Fact]
    public async Task Removed_conversation_is_gone_and_removing_again_does_nothing()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.RegisterAsync("alice");
        await stores.Directory.AddConversationAsync("alice", Team);
        await stores.Directory.AddConversationAsync("alice", Other);

        await stores.Directory.RemoveConversationAsync("alice", Team);
        await stores.Directory.RemoveConversationAsync("alice", Team);

        Assert.Equal([Other.Value], (await stores.Directory.ConversationsAsync("alice")).Keys);
    }

    [Fact]
    public async Task Young_entry_is_not_stale()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.RegisterAsync("alice");
        await stores.Directory.AddConversationAsync("alice", Team);

        await stores.Directory.DropStaleConversationAsync("alice", Team);

        Assert.Single(await stores.Directory.ConversationsAsync("alice"));
    }

    [Fact]
    public async Task Old_entry_is_dropped_unless_it_was_added_again()
    {
        await using IChatStores stores = await OpenAsync(new StoreTimes { StaleListing = TimeSpan.FromSeconds(2) });
        await stores.RegisterAsync("alice");
        await stores.Directory.AddConversationAsync("alice", Other);
        long since = (await stores.Directory.ConversationsAsync("alice"))[Other.Value];
        await stores.Directory.AddConversationAsync("alice", Team);

        await Eventually.TrueAsync(async () =>
        {
            long added = TimeProvider.System.GetTimestamp();
            await stores.Directory.AddConversationAsync("alice", Team);
            await stores.Directory.DropStaleConversationAsync("alice", Team);
            await stores.Directory.DropStaleConversationAsync("alice", Other);
            IReadOnlyCollection<string> listed = [.. (await stores.Directory.ConversationsAsync("alice")).Keys];

            // What was added again is old again, too, on a machine that stood still for so long.
            Assert.True(listed.Contains(Team.Value) || TimeProvider.System.GetElapsedTime(added) >= TimeSpan.FromSeconds(2), "It was dropped though it had been added again.");
            return !listed.Contains(Other.Value) && listed.Contains(Team.Value);
        });

        Assert.InRange(await stores.Tokens.NowAsync("alice") - since, 2000, long.MaxValue);
    }
}
