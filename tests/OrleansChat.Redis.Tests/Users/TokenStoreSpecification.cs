using OrleansChat.Users;

namespace OrleansChat.Redis.Tests.Users;

public abstract class TokenStoreSpecification : StoreSpecification
{
    [Fact]
    public async Task Signing_keys_are_the_same_for_nodes_that_start_together()
    {
        await using IChatStores stores = await OpenAsync();
        IChatStores peer = stores.Peer();

        IReadOnlyDictionary<string, byte[]>[] keys = await Task.WhenAll(stores.Tokens.KeysAsync(), peer.Tokens.KeysAsync(), stores.Tokens.KeysAsync());

        KeyValuePair<string, byte[]> first = Assert.Single(keys[0]);
        Assert.Equal(32, first.Value.Length);
        Assert.All(keys, other => Assert.Equal(first.Value, other[first.Key]));
        Assert.Equal(first.Value, (await peer.Tokens.KeysAsync())[first.Key]);
    }

    [Fact]
    public async Task Token_of_nobody_or_of_another_incarnation_is_not_valid()
    {
        await using IChatStores stores = await OpenAsync();
        Account gwen = await stores.ClaimGuestAsync("gwen");
        TokenClaims token = await stores.IssueAsync(gwen);

        Assert.True(await stores.Tokens.IsValidAsync(token));
        Assert.False(await stores.Tokens.IsValidAsync(token with { Incarnation = "another" }));
        Assert.False(await stores.Tokens.IsValidAsync(token with { Incarnation = "" }));
        Assert.False(await stores.Tokens.IsValidAsync(token with { User = "nobody" }));
    }

    [Fact]
    public async Task Revoked_token_is_not_valid_and_the_others_are()
    {
        await using IChatStores stores = await OpenAsync();
        Account alice = await stores.RegisterAsync("alice");
        TokenClaims one = await stores.IssueAsync(alice);
        TokenClaims other = await stores.IssueAsync(alice);

        await stores.Tokens.RevokeAsync(one);
        await stores.Tokens.RevokeAsync(one);

        Assert.False(await stores.Tokens.IsValidAsync(one));
        Assert.True(await stores.Tokens.IsValidAsync(other));
    }

    [Fact]
    public async Task Revoking_all_but_one_leaves_that_one_and_those_issued_later()
    {
        await using IChatStores stores = await OpenAsync();
        Account alice = await stores.RegisterAsync("alice");
        TokenClaims[] tokens = [await stores.IssueAsync(alice), await stores.IssueAsync(alice), await stores.IssueAsync(alice)];

        await stores.Tokens.RevokeAllAsync("alice", tokens[1].Id);
        TokenClaims later = await stores.IssueAsync(alice);

        Assert.False(await stores.Tokens.IsValidAsync(tokens[0]));
        Assert.True(await stores.Tokens.IsValidAsync(tokens[1]));
        Assert.False(await stores.Tokens.IsValidAsync(tokens[2]));
        Assert.True(await stores.Tokens.IsValidAsync(later));
    }

    [Fact]
    public async Task Revoking_all_voids_the_one_that_was_spared_before()
    {
        await using IChatStores stores = await OpenAsync();
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync("alice"));
        await stores.Tokens.RevokeAllAsync("alice", token.Id);

        await stores.Tokens.RevokeAllAsync("alice", null);

        Assert.False(await stores.Tokens.IsValidAsync(token));
    }

    [Fact]
    public async Task Spared_token_can_still_be_revoked()
    {
        await using IChatStores stores = await OpenAsync();
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync("alice"));
        await stores.Tokens.RevokeAllAsync("alice", token.Id);

        await stores.Tokens.RevokeAsync(token);

        Assert.False(await stores.Tokens.IsValidAsync(token));
    }

    [Fact]
    public async Task Token_issued_right_after_revoking_all_is_valid_each_time()
    {
        await using IChatStores stores = await OpenAsync();
        Account alice = await stores.RegisterAsync("alice");
        for (int round = 0; round < 50; round++)
        {
            TokenClaims before = await stores.IssueAsync(alice);
            await stores.Tokens.RevokeAllAsync("alice", null);
            TokenClaims after = await stores.IssueAsync(alice);

            Assert.False(await stores.Tokens.IsValidAsync(before));
            Assert.True(await stores.Tokens.IsValidAsync(after));
        }
    }

    [Fact]
    public async Task Node_that_heard_nothing_reads_what_was_revoked_since_its_mark()
    {
        await using IChatStores stores = await OpenAsync();
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync("alice"));
        await stores.RegisterAsync("bob");
        (IReadOnlyList<Revocation> none, long start) = await stores.Tokens.RevokedSinceAsync(0);

        await stores.Tokens.RevokeAsync(token);
        await stores.Tokens.RevokeAllAsync("alice", "kept");
        await stores.Directory.SetPasswordAsync("bob", "hash", "new");
        (IReadOnlyList<Revocation> found, long mark) = await stores.Tokens.RevokedSinceAsync(start);

        Assert.Empty(none);
        Revocation[] ordered = [.. found.OrderBy(revocation => revocation.User).ThenBy(revocation => revocation.TokenId is null)];
        Assert.Equal(
            [new Revocation("alice", token.Id, null), new Revocation("alice", null, "kept"), new Revocation("bob", null, null)],
            ordered.Select(revocation => revocation with { IssuedUntil = 0 }));
        Assert.True(ordered[1].Concerns(token with { Id = "other" }));
        Assert.False(ordered[1].Concerns(token with { Id = "kept" }));
        Assert.False(ordered[1].Concerns(token with { Id = "later", IssuedAt = ordered[1].IssuedUntil + 1 }));
        Assert.InRange(mark, start, await stores.Tokens.NowAsync("alice"));
    }

    [Fact]
    public async Task Node_that_reads_on_and_on_misses_no_revocation_of_many_at_once()
    {
        await using IChatStores stores = await OpenAsync();
        Account alice = await stores.RegisterAsync("alice");
        IChatStores peer = stores.Peer();
        TokenClaims[] tokens = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => stores.IssueAsync(alice)));
        var heard = new HashSet<string?>();
        long mark = 0;

        Task revoking = Task.WhenAll(tokens.Select(peer.Tokens.RevokeAsync));
        bool last;
        do
        {
            last = revoking.IsCompleted;
            (IReadOnlyList<Revocation> found, mark) = await stores.Tokens.RevokedSinceAsync(mark);
            heard.UnionWith(found.Select(revocation => revocation.TokenId));
        }
        while (!last);

        await revoking;
        Assert.Equal(tokens.Select(token => token.Id).Order(), heard.Order());
    }
}
