using System.Globalization;
using Microsoft.Extensions.Options;
using OrleansChat.Presence;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Pipelines;
using OrleansChat.Redis.Users;
using OrleansChat.Streams;
using StackExchange.Redis;

namespace OrleansChat.Redis.Presence;

/// <summary>
/// Enters sessions and takes them out: with their node, with their user, on the board. The node's entry comes first and goes last,
/// so that a sweep of the node finds every session, wherever a process stopped in between. Where one server holds all keys, each of the two is
/// one step.
/// </summary>
internal sealed class SessionBook(RedisConnection redis, IOptions<UserTimes> times)
{
    private static readonly RedisScript Note = RedisScript.Load("node-note");
    private static readonly RedisScript Open = RedisScript.Load("session-open");
    private static readonly RedisScript Close = RedisScript.Load("session-close");
    private static readonly RedisScript Leave = RedisScript.Load("session-leave");

    /// <summary>What everybody can see of it.</summary>
    public PresenceBoard Board { get; } = new(redis);

    /// <summary>The step that opens a session with all that belongs to it, for a server that holds all keys.</summary>
    public NumberStep Enter(SessionOpen session)
    {
        string user = session.Token.User;
        return new NumberStep(
            RedisScript.SessionEnter,
            [
                RedisKeys.Lease(session.Node), RedisKeys.NodeSessions(session.Node), RedisKeys.Account(user), RedisKeys.Sessions(user),
                RedisKeys.RevokedTokens(user), RedisKeys.Watchers(user), RedisKeys.Online, RedisKeys.Watchers(ChatStreams.Everybody),
            ],
            [
                user, session.Token.Incarnation, session.Token.Id, Text(session.Token.IssuedAt), session.Session, session.Node, session.Device,
                Text(session.MaxSessions), Text(times.Value.GuestReclaimMilliseconds),
            ]);
    }

    /// <summary>Notes a session with its node. False when the node has no lease: then nothing of it may be entered.</summary>
    public async Task<bool> NoteAsync(string user, string session, string node) =>
        (await redis.EvaluateAsync(Note, [RedisKeys.Lease(node), RedisKeys.NodeSessions(node)], [Entry(user, session)]).ConfigureAwait(false)).IsOne();

    /// <summary>Opens a session that was noted with its node.</summary>
    public async Task<ChatError?> OpenAsync(SessionOpen session)
    {
        string user = session.Token.User;
        RedisResult[] reply = (await redis.EvaluateAsync(
            Open,
            [RedisKeys.Account(user), RedisKeys.Sessions(user), RedisKeys.RevokedTokens(user), RedisKeys.Watchers(user)],
            [
                user, session.Token.Incarnation, session.Token.Id, session.Token.IssuedAt, session.Session, session.Node, session.Device,
                session.MaxSessions, times.Value.GuestReclaimMilliseconds,
            ]).ConfigureAwait(false)).Items();
        if (reply[0].Number() is var code and not 0)
        {
            return ChatError.Of((int)code);
        }

        if (reply[1].IsOne())
        {
            await Board.SettleAsync(user, reply[2].Text(), reply[3].Text(), tell: true).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>Whether a node holds its lease. One that does was not swept: a sweep begins later and finds what was entered before.</summary>
    public async Task<bool> HasLeaseAsync(string node) => (await redis.ExecuteAsync("EXISTS", RedisKeys.Lease(node)).ConfigureAwait(false)).IsOne();

    /// <summary>Takes back the note of a session that was not opened.</summary>
    public Task ForgetAsync(string user, string session, string node) =>
        redis.ExecuteAsync("SREM", RedisKeys.NodeSessions(node), Entry(user, session));

    /// <summary>Closes a session, which need not exist.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="session">Its id.</param>
    /// <param name="node">Its node, null when the caller does not know.</param>
    /// <param name="again">Whether an earlier attempt may have closed it and stopped before everybody was told.</param>
    public async Task CloseAsync(string user, string session, string? node, bool again)
    {
        if (node is not null && await TryLeaveAsync(user, session, node, again).ConfigureAwait(false))
        {
            return;
        }

        RedisResult[] reply = (await redis.EvaluateAsync(
            Close,
            [RedisKeys.Account(user), RedisKeys.Sessions(user), RedisKeys.Watchers(user), RedisKeys.Conversations(user)],
            [user, session, node ?? string.Empty, times.Value.GuestReclaimMilliseconds]).ConfigureAwait(false)).Items();
        bool removed = reply[0].IsOne();
        bool changed = reply[1].IsOne();
        if (changed || !removed)
        {
            await Board.SettleAsync(user, reply[2].Text(), reply[3].Text(), tell: changed || again).ConfigureAwait(false);
        }

        string entered = node ?? reply[4].Text();
        if (entered.Length > 0)
        {
            await ForgetAsync(user, session, entered).ConfigureAwait(false);
        }
    }

    /// <summary>The sessions of a user.</summary>
    public async Task<IReadOnlyList<SessionInfo>> ReadAsync(string user)
    {
        string[] found = (await redis.ExecuteAsync("HGETALL", RedisKeys.Sessions(user)).ConfigureAwait(false)).Texts();
        var sessions = new SessionInfo[found.Length / 2];
        for (int i = 0; i < sessions.Length; i++)
        {
            // away, node, since, token, device; only the last may contain spaces
            string[] parts = found[(2 * i) + 1].Split(' ', 5);
            sessions[i] = new SessionInfo(
                found[2 * i], parts[1], parts[4], long.Parse(parts[2], CultureInfo.InvariantCulture), parts[0] == "1", parts[3]);
        }

        return sessions;
    }

    private async ValueTask<bool> TryLeaveAsync(string user, string session, string node, bool again) =>
        await NumberStep.TryRunAsync(
            redis.Sessions,
            Leave,
            [
                RedisKeys.NodeSessions(node), RedisKeys.Account(user), RedisKeys.Sessions(user), RedisKeys.Watchers(user), RedisKeys.Conversations(user),
                RedisKeys.Online, RedisKeys.Watchers(ChatStreams.Everybody),
            ],
            [user, session, node, Text(times.Value.GuestReclaimMilliseconds), again ? "1" : "0"]).ConfigureAwait(false) is not null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Entry(string user, string session) => $"{user}/{session}";
}
