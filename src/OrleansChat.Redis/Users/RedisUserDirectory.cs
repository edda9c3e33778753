using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Redis.Connections;
using OrleansChat.Users;
using StackExchange.Redis;

namespace OrleansChat.Redis.Users;

/// <summary>
/// Names, accounts and lists of conversations over Redis. The directory of names lies in another slot than the accounts: it is
/// written in a second step, which the account remembers as done; until then every look at the account repeats it.
/// </summary>
internal sealed partial class RedisUserDirectory : IUserDirectory
{
    private static readonly RedisScript Find = RedisScript.Load("user-find");
    private static readonly RedisScript ListAdd = RedisScript.Load("list-add");
    private static readonly RedisScript ListRemove = RedisScript.Load("list-remove");
    private static readonly RedisScript ListDrop = RedisScript.Load("list-drop");

    private readonly RedisConnection _redis;
    private readonly ChatLimits _limits;
    private readonly IOptions<UserTimes> _times;
    private readonly ILogger<RedisUserDirectory> _logger;
    private readonly NameClaims _claims;
    private readonly NameList _names;
    private readonly TokenRevocations _revocations;

    public RedisUserDirectory(
        RedisConnection redis, IMessageLog log, IGroupStore groups, ChatLimits limits, IOptions<UserTimes> times, ILoggerFactory loggers)
    {
        _redis = redis;
        _limits = limits;
        _times = times;
        _logger = loggers.CreateLogger<RedisUserDirectory>();
        _claims = new NameClaims(redis, new EndedGuests(redis, log, groups, loggers.CreateLogger<EndedGuests>()), times);
        _names = new NameList(redis, RedisKeys.Users);
        _revocations = new TokenRevocations(redis);
    }

    /// <inheritdoc />
    public async Task<Result<Account>> RegisterAsync(string user, string passwordHash)
    {
        Result<Account> claim = await _claims.RegisterAsync(user, passwordHash).OrUnavailable().ConfigureAwait(false);
        if (claim.IsOk)
        {
            await ListNameAsync(user).ConfigureAwait(false);
        }

        return claim;
    }

    /// <inheritdoc />
    public Task<Result<Account>> ClaimGuestAsync(string user) => _claims.ClaimGuestAsync(user).OrUnavailable();

    /// <inheritdoc />
    public async Task<Result<Account>> RegisterGuestAsync(string user, string incarnation, string passwordHash)
    {
        Result<Account> kept = await _claims.KeepAsync(user, incarnation, passwordHash).OrUnavailable().ConfigureAwait(false);
        if (kept.IsOk)
        {
            await ListNameAsync(user).ConfigureAwait(false);
        }

        return kept;
    }

    /// <inheritdoc />
    public async Task<Account?> FindAsync(string user)
    {
        RedisResult reply = await _redis.EvaluateAsync(
            Find, [RedisKeys.Account(user), RedisKeys.Sessions(user)], [_times.Value.GuestReclaimMilliseconds]).ConfigureAwait(false);
        if (reply.IsNull)
        {
            return null;
        }

        string[] fields = reply.Texts();
        bool guest = fields[0] == "g";
        if (!guest && fields[4].Length == 0)
        {
            await ListNameAsync(user).ConfigureAwait(false);
        }

        return new Account(user, guest, fields[1], fields[2], long.Parse(fields[3], CultureInfo.InvariantCulture));
    }

    /// <inheritdoc />
    public Task<Result<Done>> SetPasswordAsync(string user, string expected, string passwordHash) =>
        _revocations.SetPasswordAsync(user, expected, passwordHash).OrUnavailable();

    /// <inheritdoc />
    public Task<Page<string>> ListAsync(string prefix, string? after, int limit) => _names.PageAsync(prefix, after, limit);

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<string, long>> ConversationsAsync(string user)
    {
        string[] found = (await _redis.ExecuteAsync("HGETALL", RedisKeys.Conversations(user)).ConfigureAwait(false)).Texts();
        var conversations = new Dictionary<string, long>(found.Length / 2, StringComparer.Ordinal);
        for (int i = 0; i < found.Length; i += 2)
        {
            conversations[found[i]] = long.Parse(found[i + 1], CultureInfo.InvariantCulture);
        }

        return conversations;
    }

    /// <inheritdoc />
    public async Task<Result<NewListing>> AddConversationAsync(string user, ConversationId conversation)
    {
        (RedisResult[] answer, ChatError? refusal) = await _redis.AskAsync(
            ListAdd,
            [RedisKeys.Account(user), RedisKeys.Sessions(user), RedisKeys.Conversations(user), RedisKeys.UserNodes(user)],
            [
                user, conversation.Value, _limits.ConversationsPerUser, _times.Value.GuestReclaimMilliseconds, _times.Value.StaleListingMilliseconds,
            ]).ConfigureAwait(false);
        return refusal is not null ? refusal : new NewListing(answer[1].Text());
    }

    /// <inheritdoc />
    public Task RemoveConversationAsync(string user, ConversationId conversation) =>
        _redis.EvaluateAsync(ListRemove, [RedisKeys.Conversations(user), RedisKeys.UserNodes(user)], [user, conversation.Value]);

    /// <inheritdoc />
    public Task DropStaleConversationAsync(string user, ConversationId conversation) =>
        _redis.EvaluateAsync(
            ListDrop,
            [RedisKeys.Conversations(user), RedisKeys.UserNodes(user)],
            [user, conversation.Value, _times.Value.StaleListingMilliseconds]);

    private async Task ListNameAsync(string user)
    {
        try
        {
            await _names.AddAsync(user).ConfigureAwait(false);
            await _redis.ExecuteAsync("HSET", RedisKeys.Account(user), "listed", "1").ConfigureAwait(false);
        }
        catch (StorageUnavailableException failure)
        {
            LogNotListed(failure, user);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The name {User} is not in the directory yet; the next look at the account repeats it.")]
    private partial void LogNotListed(Exception failure, string user);
}
