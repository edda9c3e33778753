using OrleansChat.Presence;
using OrleansChat.Users;

namespace OrleansChat.Redis.Tests.Users;

/// <summary>What tests do again and again, in the domain's words.</summary>
internal static class StoreSteps
{
    public const string Node = "here-1";

    private const int ManySessions = 100;

    public static async Task<Account> RegisterAsync(this IChatStores stores, string user)
    {
        Result<Account> claim = await stores.Directory.RegisterAsync(user, "hash");
        Assert.True(claim.IsOk, $"{user} could not register: {claim.Error?.Name}");
        return claim.Value;
    }

    public static async Task<Account> ClaimGuestAsync(this IChatStores stores, string user)
    {
        Result<Account> claim = await stores.Directory.ClaimGuestAsync(user);
        Assert.True(claim.IsOk, $"The guest {user} was refused: {claim.Error?.Name}");
        return claim.Value;
    }

    /// <summary>A token as the gateway issues it after a sign-in.</summary>
    public static async Task<TokenClaims> IssueAsync(this IChatStores stores, Account account)
    {
        long now = await stores.Tokens.NowAsync(account.User);
        return new TokenClaims(account.User, account.Incarnation, Ids.NewUnguessable(), now, now + 3_600_000);
    }

    public static async Task<string> AcquireAsync(this IChatStores stores, string node = Node)
    {
        Assert.True(await stores.Leases.AcquireAsync(node), $"{node} got no lease");
        return node;
    }

    public static Task<Result<Done>> TryConnectAsync(
        this IChatStores stores, TokenClaims token, string session, string node = Node, int maxSessions = ManySessions, string device = "web") =>
        stores.Presence.OpenAsync(new SessionOpen(token, session, node, device, maxSessions));

    public static async Task ConnectAsync(this IChatStores stores, TokenClaims token, string session, string node = Node)
    {
        Result<Done> open = await stores.TryConnectAsync(token, session, node);
        Assert.True(open.IsOk, $"{token.User} could not connect: {open.Error?.Name}");
    }

    /// <summary>A registered user with one session.</summary>
    public static async Task<TokenClaims> JoinAsync(this IChatStores stores, string user, string session, string node = Node)
    {
        TokenClaims token = await stores.IssueAsync(await stores.RegisterAsync(user));
        await stores.ConnectAsync(token, session, node);
        return token;
    }

    public static async Task<IReadOnlyList<string>> OnlineAsync(this IChatStores stores) => (await stores.Presence.OnlineAsync(null, 1000)).Items;

    public static void AssertRefused<T>(ChatError expected, Result<T> result) => Assert.Equal(expected.Name, result.Error?.Name);
}
