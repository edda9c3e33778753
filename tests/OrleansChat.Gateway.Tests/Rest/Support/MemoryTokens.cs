using OrleansChat.Users;

namespace OrleansChat.Gateway.Tests.Rest.Support;

/// <summary>Tokens of a node that is alone.</summary>
internal sealed class MemoryTokens(TimeProvider time) : ITokenStore
{
    private readonly Dictionary<string, byte[]> _keys = new() { ["k"] = new byte[32] };
    private readonly HashSet<string> _revoked = [];

    public Task<IReadOnlyDictionary<string, byte[]>> KeysAsync() => Task.FromResult<IReadOnlyDictionary<string, byte[]>>(_keys);

    public Task<long> NowAsync(string user) => Task.FromResult(time.GetUtcNow().ToUnixTimeMilliseconds());

    public Task<bool> IsValidAsync(TokenClaims token) => Task.FromResult(!_revoked.Contains(token.Id));

    public Task RevokeAsync(TokenClaims token)
    {
        _revoked.Add(token.Id);
        return Task.CompletedTask;
    }

    public Task RevokeAllAsync(string user, string? exceptTokenId) => throw new NotSupportedException();

    public Task<(IReadOnlyList<Revocation> Revocations, long Mark)> RevokedSinceAsync(long mark) => throw new NotSupportedException();
}
