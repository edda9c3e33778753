using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Users;
using OrleansChat.Streams;
using StackExchange.Redis;

namespace OrleansChat.Redis.Presence;

/// <summary>What the sessions of a user amount to.</summary>
/// <param name="State"><c>online</c>, <c>away</c> or <c>offline</c>.</param>
/// <param name="Event">The event that says so, as JSON.</param>
/// <param name="LastSeen">Unix milliseconds when the last session ended; 0 while there is one.</param>
internal readonly record struct PresenceReading(string State, string Event, long LastSeen);

/// <summary>The list of the people online and the stream about everybody, which lie in other slots than a user's sessions.</summary>
internal sealed class PresenceBoard(RedisConnection redis)
{
    public const string Offline = "offline";

    private static readonly RedisScript State = RedisScript.Load("session-state");
    private static readonly RedisScript Tell = RedisScript.Load("session-tell");

    private readonly NameList _online = new(redis, RedisKeys.Online);

    /// <summary>People online, by pages.</summary>
    public Task<Page<string>> PageAsync(string? after, int limit) => _online.PageAsync(string.Empty, after, limit);

    /// <summary>Looks at a user's sessions.</summary>
    public async Task<PresenceReading> ReadAsync(string user)
    {
        RedisResult[] reply = (await redis.EvaluateAsync(State, [RedisKeys.Account(user), RedisKeys.Sessions(user)], [user]).ConfigureAwait(false)).Items();
        return new PresenceReading(reply[0].Text(), reply[1].Text(), reply[2].Number());
    }

    /// <summary>
    /// Brings the board up to what a step on the user's sessions found. Two nodes may open and close at the same moment and write here in
    /// the other order, so everyone looks again after writing and writes again when the sessions say something else by now: whoever
    /// writes last has looked after it, and saw what is true or is followed by the one who changed it.
    /// </summary>
    /// <param name="user">The user.</param>
    /// <param name="state">The state that the step found.</param>
    /// <param name="event">The event of the step.</param>
    /// <param name="tell">Whether to tell those who watch everybody; what differs from the step's finding is told in any case.</param>
    public async Task SettleAsync(string user, string state, string @event, bool tell)
    {
        // Each further round answers to a change by somebody else, so there are no more rounds than changes.
        while (true)
        {
            await Task.WhenAll(WriteAsync(user, state), tell ? TellAsync(@event) : Task.CompletedTask).ConfigureAwait(false);
            PresenceReading now = await ReadAsync(user).ConfigureAwait(false);
            if (now.Event == @event)
            {
                return;
            }

            (state, @event, tell) = (now.State, now.Event, true);
        }
    }

    private Task WriteAsync(string user, string state) => state == Offline ? _online.RemoveAsync(user) : _online.AddAsync(user);

    private Task<RedisResult> TellAsync(string @event) => redis.EvaluateAsync(Tell, [RedisKeys.Watchers(ChatStreams.Everybody)], [@event]);
}
