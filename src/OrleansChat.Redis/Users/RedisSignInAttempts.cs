using OrleansChat.Redis.Connections;
using OrleansChat.Users;
using StackExchange.Redis;

namespace OrleansChat.Redis.Users;

/// <summary>Sign-in attempts over Redis: a counter for each account and each address that ends by itself.</summary>
internal sealed class RedisSignInAttempts(RedisConnection redis, ChatLimits limits) : ISignInAttempts
{
    private static readonly RedisScript Script = RedisScript.Load("user-attempt");

    /// <inheritdoc />
    public async Task<bool> TryTakeAsync(string user) =>
        limits.SignInAttempts == 0 || await CountAsync(RedisKeys.Attempts(user)).ConfigureAwait(false) <= limits.SignInAttempts;

    /// <inheritdoc />
    public async Task<bool> TryTakeFromAsync(string address) =>
        limits.SignInAttempts == 0 || await CountAsync(RedisKeys.AddressAttempts(address)).ConfigureAwait(false) <= limits.SignInAttemptsPerAddress;

    /// <inheritdoc />
    public async Task<bool> HasLeftAsync(string address) =>
        limits.SignInAttempts == 0
        || (await redis.ExecuteAsync("GET", RedisKeys.AddressAttempts(address)).ConfigureAwait(false)).Number() < limits.SignInAttemptsPerAddress;

    /// <inheritdoc />
    public Task ClearAsync(string user) => limits.SignInAttempts == 0 ? Task.CompletedTask : redis.ExecuteAsync("DEL", RedisKeys.Attempts(user));

    private async Task<long> CountAsync(RedisKey key) => (await redis.EvaluateAsync(Script, [key], []).ConfigureAwait(false)).Number();
}
