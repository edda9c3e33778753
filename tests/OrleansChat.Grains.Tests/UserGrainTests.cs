using OrleansChat.Users;

namespace OrleansChat.Grains.Tests;

public sealed class UserGrainTests(TwoNodes nodes)
{
    private const string Password = "correct horse";

    [Fact]
    public async Task Profile_changed_on_two_nodes_at_once_keeps_the_changes_of_both()
    {
        await RegisterAsync("alice");
        var alice = new Actor("alice", string.Empty, string.Empty);

        for (int round = 0; round < 20; round++)
        {
            string name = $"Alice {round}", status = $"busy {round}";
            Result<Profile>[] changed = await Task.WhenAll(
                nodes.First.GetGrain<IUserGrain>("alice").Update(alice, new ProfileChange(DisplayName: name)),
                nodes.Second.GetGrain<IUserGrain>("alice").Update(alice, new ProfileChange(Status: status)));

            Assert.All(changed, result => Assert.Null(result.Error));
            Profile profile = (await nodes.First.GetGrain<IUserGrain>("alice").GetProfile()).Value!;
            Assert.Equal((name, status), (profile.DisplayName, profile.Status));
        }
    }

    [Fact]
    public async Task Contacts_added_on_two_nodes_at_once_are_all_kept()
    {
        await RegisterAsync("carol");
        string[] others = [.. Enumerable.Range(0, 6).Select(i => $"friend{i}")];
        await Task.WhenAll(others.Select(RegisterAsync));
        var carol = new Actor("carol", string.Empty, string.Empty);

        foreach (string[] pair in others.Chunk(2))
        {
            Result<bool>[] added = await Task.WhenAll(
                nodes.First.GetGrain<IUserGrain>("carol").SetContact(carol, pair[0], true),
                nodes.Second.GetGrain<IUserGrain>("carol").SetContact(carol, pair[1], true));
            Assert.All(added, result => Assert.True(result.Value));
        }

        Assert.Equal(others, (await nodes.Second.GetGrain<IUserGrain>("carol").Contacts(carol)).Value);
    }

    [Fact]
    public async Task Name_is_claimed_once()
    {
        Result<SignedIn>[] claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            (i % 2 == 0 ? nodes.First : nodes.Second).GetGrain<IUserGrain>("dora").Register(Password, null)));

        Assert.Single(claims, claim => claim.IsOk);
        Assert.All(claims.Where(claim => !claim.IsOk), claim => Assert.Equal(ChatError.NameTaken.Code, claim.Error!.Code));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("")]
    public async Task Password_that_is_too_short_is_refused(string password) =>
        Assert.Equal(ChatError.BadRequest.Code, (await nodes.First.GetGrain<IUserGrain>("erin").Register(password, null)).Error?.Code);

    [Fact]
    public async Task Wrong_password_and_unknown_name_get_the_same_answer()
    {
        await RegisterAsync("frank");

        ChatError? wrong = (await nodes.First.GetGrain<IUserGrain>("frank").SignIn("not this one")).Error;
        ChatError? unknown = (await nodes.First.GetGrain<IUserGrain>("nobody").SignIn("not this one")).Error;

        Assert.Equal(ChatError.Unauthenticated.Code, wrong?.Code);
        Assert.Equal(wrong, unknown);
    }

    [Fact]
    public async Task Attempts_are_forgotten_when_one_succeeds()
    {
        await RegisterAsync("greta");
        IUserGrain greta = nodes.First.GetGrain<IUserGrain>("greta");
        for (int attempt = 0; attempt < 12; attempt++)
        {
            Result<SignedIn> answer = await greta.SignIn(attempt % 4 == 3 ? Password : "not this one");

            Assert.Equal(attempt % 4 == 3 ? null : ChatError.Unauthenticated.Code, answer.Error?.Code);
        }
    }

    [Fact]
    public async Task Sixth_attempt_within_a_minute_is_rate_limited_whatever_the_node_although_the_password_is_right()
    {
        await RegisterAsync("grace");
        IUserGrain[] grace = [nodes.First.GetGrain<IUserGrain>("grace"), nodes.Second.GetGrain<IUserGrain>("grace")];
        for (int attempt = 0; attempt < 5; attempt++)
        {
            Assert.Equal(ChatError.Unauthenticated.Code, (await grace[attempt % 2].SignIn("not this one")).Error?.Code);
        }

        Assert.All(await Task.WhenAll(grace.Select(one => one.SignIn(Password))), answer => Assert.Equal(ChatError.RateLimited.Code, answer.Error?.Code));
    }

    [Fact]
    public async Task Changed_password_counts_on_every_node()
    {
        await RegisterAsync("heidi");
        var heidi = new Actor("heidi", string.Empty, string.Empty);

        Assert.Null((await nodes.First.GetGrain<IUserGrain>("heidi").ChangePassword(heidi, Password, "another horse")).Error);

        Assert.Null((await nodes.Second.GetGrain<IUserGrain>("heidi").SignIn("another horse")).Error);
        Assert.NotNull((await nodes.Second.GetGrain<IUserGrain>("heidi").SignIn(Password)).Error);
    }

    private async Task RegisterAsync(string name) =>
        Assert.Null((await nodes.First.GetGrain<IUserGrain>(name).Register(Password, null)).Error);
}
