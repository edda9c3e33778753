using OrleansChat.Redis.Connections;
using OrleansChat.Users;

namespace OrleansChat.Redis.Users;

/// <summary>Sign-in attempts over Redis: a counter for each account that ends by itself.</summary>
internal sealed class RedisSignInAttempts(RedisConnection redis, ChatLimits limits) : ISignInAttempts
{
    private static readonly RedisScript Script = RedisScript.Load("user-attempt");

    /// <inheritdoc />
    public async Task<bool> TryTakeAsync(string user) =>
        limits.SignInAttempts == 0
        || (await redis.EvaluateAsync(Script, [RedisKeys.Attempts(user)], []).ConfigureAwait(false)).Number() <= limits.SignInAttempts;

    /// <inheritdoc />
    public Task ClearAsync(string user) => limits.SignInAttempts == 0 ? Task.CompletedTask : redis.ExecuteAsync("DEL", RedisKeys.Attempts(user));
}
