using OrleansChat.Gateway.Commands;
using OrleansChat.Presence;
using OrleansChat.Users;

namespace OrleansChat.Gateway.Tokens;

/// <summary>Issues and checks tokens that every node of the cluster accepts.</summary>
internal sealed class TokenService(ITokenStore store, NodeIdentity node, TimeProvider time)
{
    /// <summary>How long a token is valid; a client refreshes it before.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private IReadOnlyDictionary<string, byte[]>? _keys;

    /// <summary>A new token for somebody who proved who they are.</summary>
    public async Task<IssuedToken> IssueAsync(SignedIn identity)
    {
        IReadOnlyDictionary<string, byte[]> keys = _keys ??= await store.KeysAsync();
        long now = await store.NowAsync(identity.User);
        var claims = new TokenClaims(
            identity.User, identity.Incarnation, Ids.NewUnguessable(), now, now + (long)Lifetime.TotalMilliseconds);
        string signing = keys.Keys.Max(StringComparer.Ordinal)!;
        return new IssuedToken(TokenCodec.Write(claims, signing, keys[signing]), claims);
    }

    /// <summary>The claims of a token that is signed by us and not expired; whether it was revoked is not looked at. Null otherwise.</summary>
    public async ValueTask<TokenClaims?> ReadAsync(string token)
    {
        IReadOnlyDictionary<string, byte[]> keys = _keys ??= await store.KeysAsync();
        TokenClaims? claims = TokenCodec.Read(token, keys);
        return claims is not null && claims.ExpiresAt > time.GetUtcNow().ToUnixTimeMilliseconds() ? claims : null;
    }

    /// <summary>Who a single request comes from; null when the token does not stand.</summary>
    public async Task<Caller?> AuthenticateAsync(string token) =>
        await ReadAsync(token) is { } claims && await store.IsValidAsync(claims)
            ? new Caller(new Actor(claims.User, claims.Incarnation, node.Current), claims)
            : null;

    /// <summary>Ends one token and the sessions opened with it.</summary>
    public Task RevokeAsync(TokenClaims token) => store.RevokeAsync(token);

    /// <summary>Ends every token of a user but one, and their sessions.</summary>
    public Task RevokeAllAsync(string user, string? exceptTokenId) => store.RevokeAllAsync(user, exceptTokenId);
}

/// <summary>A token with what it says.</summary>
/// <param name="Token">The token's text: a secret.</param>
/// <param name="Claims">What it says.</param>
internal sealed record IssuedToken(string Token, TokenClaims Claims);
