using System.Text.Encodings.Web;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansChat.Presence;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Pipelines;
using OrleansChat.Redis.Users;
using StackExchange.Redis;

namespace OrleansChat.Redis.Presence;

/// <summary>Who is connected where, over Redis.</summary>
internal sealed class RedisPresence : IPresence, IAsyncDisposable
{
    private static readonly ChatError NoLease = ChatError.Unavailable.Because("This server has to start anew; connect again.");

    private static readonly RedisScript Away = RedisScript.Load("session-away");
    private static readonly RedisScript Status = RedisScript.Load("user-status");

    /// <summary>What <c>session-enter.lua</c> says of a node that has no lease.</summary>
    private const long WithoutLease = 1;

    private readonly RedisConnection _redis;
    private readonly SessionBook _book;
    private readonly UnconfirmedCloses _unconfirmed;

    public RedisPresence(RedisConnection redis, IOptions<UserTimes> times, TimeProvider time, ILogger<RedisPresence> logger)
    {
        _redis = redis;
        _book = new SessionBook(redis, times);
        _unconfirmed = new UnconfirmedCloses(_book, time, logger);
    }

    /// <inheritdoc />
    public async Task<Result<Done>> OpenAsync(SessionOpen session)
    {
        string user = session.Token.User;
        bool noted = false;
        NumberStep enter = _book.Enter(session);
        try
        {
            if (await _redis.Sessions.TryRunAsync(enter).ConfigureAwait(false))
            {
                return enter.Number switch
                {
                    0 => Done.Ok,
                    WithoutLease => NoLease,
                    long code => ChatError.Of((int)code),
                };
            }

            noted = await _book.NoteAsync(user, session.Session, session.Node).ConfigureAwait(false);
            if (!noted)
            {
                return NoLease;
            }

            if (await _book.OpenAsync(session).ConfigureAwait(false) is { } refusal)
            {
                await _book.ForgetAsync(user, session.Session, session.Node).ConfigureAwait(false);
                return refusal;
            }

            if (await _book.HasLeaseAsync(session.Node).ConfigureAwait(false))
            {
                return Done.Ok;
            }

            // The node was perhaps swept between note and opening; nobody would ever look for this session.
            await _book.CloseAsync(user, session.Session, session.Node, again: false).ConfigureAwait(false);
            return NoLease;
        }
        catch (StorageUnavailableException failure)
        {
            if (noted || enter.MayHaveHappened)
            {
                // It may be open although nobody will use it.
                _unconfirmed.Add(user, session.Session, session.Node, failure);
            }

            return ChatError.Unavailable;
        }
    }

    /// <summary>Closes a session. When Redis does not answer it is closed as soon as Redis does.</summary>
    public async Task CloseAsync(string user, string session, string? node = null)
    {
        try
        {
            await _book.CloseAsync(user, session, node, again: false).ConfigureAwait(false);
        }
        catch (StorageUnavailableException failure)
        {
            _unconfirmed.Add(user, session, node, failure);
        }
    }

    /// <inheritdoc />
    public async Task SetAwayAsync(string user, string session, bool away)
    {
        RedisResult[] reply = (await _redis.EvaluateAsync(
            Away,
            [RedisKeys.Account(user), RedisKeys.Sessions(user), RedisKeys.Watchers(user)],
            [user, session, away ? "1" : "0"]).ConfigureAwait(false)).Items();
        if (reply[0].IsOne())
        {
            await _book.Board.SettleAsync(user, reply[1].Text(), reply[2].Text(), tell: true).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async Task<PresenceState> GetAsync(string user)
    {
        PresenceReading reading = await _book.Board.ReadAsync(user).ConfigureAwait(false);
        return new PresenceState(reading.State, reading.LastSeen);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<SessionInfo>> SessionsAsync(string user) => _book.ReadAsync(user);

    /// <inheritdoc />
    public Task<Page<string>> OnlineAsync(string? after, int limit) => _book.Board.PageAsync(after, limit);

    /// <inheritdoc />
    public async Task AnnounceAsync(string user, string status)
    {
        RedisResult[] reply = (await _redis.EvaluateAsync(
            Status,
            [RedisKeys.Account(user), RedisKeys.Sessions(user), RedisKeys.Watchers(user)],
            [user, Quote(status)]).ConfigureAwait(false)).Items();
        if (reply.Length > 0)
        {
            await _book.Board.SettleAsync(user, reply[0].Text(), reply[1].Text(), tell: true).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _unconfirmed.DisposeAsync();

    private static string Quote(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";
}
