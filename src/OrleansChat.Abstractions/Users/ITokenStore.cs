using System.Globalization;

namespace OrleansChat.Users;

/// <summary>What all nodes must agree on about tokens: the signing keys and what was revoked.</summary>
public interface ITokenStore
{
    /// <summary>The signing keys by id, at least one; made on first use. The ordinally greatest id signs.</summary>
    Task<IReadOnlyDictionary<string, byte[]>> KeysAsync();

    /// <summary>
    /// The clock of the storage that holds this user, Unix milliseconds: the user's tokens are dated by it and what voids them is, so that
    /// neither nodes nor several machines of storage need to agree on the time.
    /// </summary>
    Task<long> NowAsync(string user);

    /// <summary>Whether a token with a valid signature still stands: the account exists, is the same incarnation, and nothing revoked it.</summary>
    Task<bool> IsValidAsync(TokenClaims token);

    /// <summary>Revokes one token and tells the nodes.</summary>
    Task RevokeAsync(TokenClaims token);

    /// <summary>Revokes every token of a user issued until now, except one, and tells the nodes.</summary>
    Task RevokeAllAsync(string user, string? exceptTokenId);

    /// <summary>Revocations since a mark that an earlier call returned (0 at first), and the next mark.</summary>
    Task<(IReadOnlyList<Revocation> Revocations, long Mark)> RevokedSinceAsync(long mark);
}

/// <summary>What a token says, once its signature has been checked.</summary>
/// <param name="User">The name.</param>
/// <param name="Incarnation">Empty for a registered user.</param>
/// <param name="Id">Names this token.</param>
/// <param name="IssuedAt">Unix milliseconds by the storage's clock.</param>
/// <param name="ExpiresAt">Unix milliseconds.</param>
public sealed record TokenClaims(string User, string Incarnation, string Id, long IssuedAt, long ExpiresAt);

/// <summary>A revocation of one token, or of all that a user was issued until a time, but one.</summary>
/// <param name="User">The user.</param>
/// <param name="TokenId">The token revoked; null for all.</param>
/// <param name="ExceptTokenId">With all: the one that stays valid; null for none.</param>
/// <param name="IssuedUntil">With all: those issued up to this time, Unix milliseconds. A revocation may be heard of twice, and must not end a later sign-in.</param>
public sealed record Revocation(string User, string? TokenId, string? ExceptTokenId, long IssuedUntil = 0)
{
    private const char All = '*';

    /// <summary>What announcements and notes say besides the user: a token's id, or <c>*MS</c>, or <c>*MS EXCEPT</c>.</summary>
    public string Payload => TokenId ?? string.Create(CultureInfo.InvariantCulture, $"{All}{IssuedUntil}{(ExceptTokenId is null ? "" : " ")}{ExceptTokenId}");

    /// <summary>Reads a <see cref="Payload"/>.</summary>
    public static Revocation Parse(string user, string payload)
    {
        if (payload is not [All, ..])
        {
            return new Revocation(user, payload, null);
        }

        string[] parts = payload[1..].Split(' ');
        return new Revocation(user, null, parts.Length > 1 ? parts[1] : null, long.Parse(parts[0], CultureInfo.InvariantCulture));
    }

    /// <summary>Whether it ends a token of this user.</summary>
    public bool Concerns(TokenClaims token) =>
        TokenId is null ? token.Id != ExceptTokenId && token.IssuedAt <= IssuedUntil : token.Id == TokenId;
}
