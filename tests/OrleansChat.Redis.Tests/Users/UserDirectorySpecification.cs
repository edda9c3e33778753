using OrleansChat.Users;

namespace OrleansChat.Redis.Tests.Users;

public abstract class UserDirectorySpecification : StoreSpecification
{
    [Fact]
    public async Task Name_claimed_by_fifty_at_once_goes_to_exactly_one()
    {
        await using IChatStores stores = await OpenAsync();
        IChatStores peer = stores.Peer();

        Result<Account>[] claims = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            (i % 2 == 0 ? stores : peer).Directory.RegisterAsync("alice", $"hash-{i}")));

        Result<Account> won = Assert.Single(claims, claim => claim.IsOk);
        Assert.All(claims.Where(claim => !claim.IsOk), claim => StoreSteps.AssertRefused(ChatError.NameTaken, claim));
        Assert.Equal(won.Value!.PasswordHash, (await stores.Directory.FindAsync("alice"))?.PasswordHash);
        Assert.Equal(["alice"], (await stores.Directory.ListAsync("", null, 10)).Items);
    }

    [Fact]
    public async Task Account_is_found_as_it_was_claimed()
    {
        await using IChatStores stores = await OpenAsync();
        long before = await stores.Tokens.NowAsync("alice");

        Account claimed = await stores.RegisterAsync("alice");

        Assert.Equal(claimed, await stores.Directory.FindAsync("alice"));
        Assert.Equal(new Account("alice", false, "", "hash", claimed.CreatedAt), claimed);
        Assert.InRange(claimed.CreatedAt, before, await stores.Tokens.NowAsync("alice"));
        Assert.Null(await stores.Directory.FindAsync("bob"));
    }

    [Fact]
    public async Task Directory_is_read_by_prefix_in_pages()
    {
        await using IChatStores stores = await OpenAsync();
        string[] names = ["al", "al-2", "al.2", "al2", "al_2", "ala", "alz9", "am", "bob"];
        foreach (string name in names)
        {
            await stores.RegisterAsync(name);
        }

        var read = new List<string>();
        string? next = null;
        do
        {
            Page<string> page = await stores.Directory.ListAsync("al", next, 3);
            Assert.InRange(page.Items.Count, 1, 3);
            read.AddRange(page.Items);
            next = page.Next;
        }
        while (next is not null);

        Assert.Equal(names.Where(name => name.StartsWith("al", StringComparison.Ordinal)).Order(StringComparer.Ordinal), read);
        Assert.Equal(["alz9"], (await stores.Directory.ListAsync("al", "ala", 3)).Items);
        Assert.Equal(["al", "al-2"], (await stores.Directory.ListAsync("al", "aa", 2)).Items);
        Assert.Empty((await stores.Directory.ListAsync("al", "b", 2)).Items);
        Assert.Null((await stores.Directory.ListAsync("al", null, 7)).Next);
    }

    [Fact]
    public async Task Guests_are_not_in_the_directory()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.ClaimGuestAsync("gwen");

        Assert.Empty((await stores.Directory.ListAsync("", null, 10)).Items);
    }

    [Fact]
    public async Task Password_is_replaced_only_while_it_is_the_expected_one()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.RegisterAsync("alice");

        Result<Done>[] changes = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => stores.Directory.SetPasswordAsync("alice", "hash", $"new-{i}")));

        int won = Array.FindIndex(changes, change => change.IsOk);
        Assert.Single(changes, change => change.IsOk);
        Assert.All(changes.Where(change => !change.IsOk), change => StoreSteps.AssertRefused(ChatError.Unauthenticated, change));
        Assert.Equal($"new-{won}", (await stores.Directory.FindAsync("alice"))?.PasswordHash);
        StoreSteps.AssertRefused(ChatError.NoSuchUser, await stores.Directory.SetPasswordAsync("bob", "", "new"));
    }

    [Fact]
    public async Task Password_change_voids_the_tokens_issued_before_and_none_issued_after()
    {
        await using IChatStores stores = await OpenAsync();
        Account alice = await stores.RegisterAsync("alice");
        TokenClaims before = await stores.IssueAsync(alice);

        Result<Done> change = await stores.Directory.SetPasswordAsync("alice", "hash", "new");

        Assert.True(change.IsOk);
        Assert.False(await stores.Tokens.IsValidAsync(before));
        Assert.True(await stores.Tokens.IsValidAsync(await stores.IssueAsync(alice)));
    }

    [Fact]
    public async Task Password_of_a_guest_cannot_be_set()
    {
        await using IChatStores stores = await OpenAsync();
        await stores.ClaimGuestAsync("gwen");

        StoreSteps.AssertRefused(ChatError.NoSuchUser, await stores.Directory.SetPasswordAsync("gwen", "", "new"));
    }
}
