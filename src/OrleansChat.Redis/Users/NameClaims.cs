using System.Globalization;
using Microsoft.Extensions.Options;
using OrleansChat.Redis.Connections;
using OrleansChat.Users;
using StackExchange.Redis;

namespace OrleansChat.Redis.Users;

/// <summary>Claims names. Who of several claimers gets a name is decided by one script.</summary>
internal sealed class NameClaims(RedisConnection redis, EndedGuests endedGuests, IOptions<UserTimes> times)
{
    // The first refusal stops an ended guest from coming back or getting into more conversations; one cleaning is enough then.
    private const int MaxRounds = 4;

    private const int Claimed = 0;
    private const int LeftBehind = 1;

    private static readonly RedisScript Claim = RedisScript.Load("user-claim");
    private static readonly RedisScript Keep = RedisScript.Load("user-keep");

    /// <summary>Claims a name for good.</summary>
    public Task<Result<Account>> RegisterAsync(string user, string passwordHash) => ClaimAsync(user, passwordHash, string.Empty);

    /// <summary>Claims a name for a guest.</summary>
    public Task<Result<Account>> ClaimGuestAsync(string user) => ClaimAsync(user, string.Empty, Ids.NewIncarnation());

    /// <summary>Makes the guest who holds a name its registered owner.</summary>
    public async Task<Result<Account>> KeepAsync(string user, string incarnation, string passwordHash)
    {
        RedisResult[] reply = (await redis.EvaluateAsync(
            Keep,
            [RedisKeys.Account(user), RedisKeys.Sessions(user)],
            [incarnation, passwordHash, times.Value.GuestReclaimMilliseconds]).ConfigureAwait(false)).Items();
        return (int)reply[0].Number() is var code and not Claimed
            ? ChatError.Of(code)
            : new Account(user, false, incarnation, passwordHash, long.Parse(reply[1].Text(), CultureInfo.InvariantCulture));
    }

    private async Task<Result<Account>> ClaimAsync(string user, string passwordHash, string incarnation)
    {
        bool guest = incarnation.Length > 0;
        RedisKey[] keys =
            [RedisKeys.Account(user), RedisKeys.Sessions(user), RedisKeys.Conversations(user), RedisKeys.RevokedTokens(user)];
        RedisValue[] arguments = [guest ? "g" : "r", passwordHash, incarnation, times.Value.GuestHoldMilliseconds];
        for (int round = 0; round < MaxRounds; round++)
        {
            RedisResult[] reply = (await redis.EvaluateAsync(Claim, keys, arguments).ConfigureAwait(false)).Items();
            int code = (int)reply[0].Number();
            if (code == Claimed)
            {
                long createdAt = long.Parse(reply[1].Text(), CultureInfo.InvariantCulture);
                return new Account(user, guest, incarnation, passwordHash, createdAt);
            }

            if (code != LeftBehind)
            {
                return ChatError.Of(code);
            }

            string[] conversations = Array.ConvertAll(reply[2..], static id => id.Text());
            await endedGuests.CleanAsync(user, reply[1].Text(), conversations).ConfigureAwait(false);
        }

        return ChatError.Unavailable;
    }
}
