using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Presence;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Conversations;
using OrleansChat.Redis.Groups;
using OrleansChat.Redis.Presence;
using OrleansChat.Redis.Users;
using OrleansChat.Users;
using StackExchange.Redis;

namespace OrleansChat.Redis.Restoring;

/// <summary>
/// What has to happen once between restoring a backup and starting the nodes. The logs end where they ended when the backup was made, while
/// clients hold positions from later: without a new epoch the numbers given anew would hide what they have not seen. And the nodes and
/// sessions of then are gone. It can be repeated, also after it stopped in the middle.
/// </summary>
internal sealed class RestoredBackup : IAsyncDisposable
{
    private const int AtOnce = 64;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly RedisScript Renew = RedisScript.Load("restored");

    private readonly RedisAddress _address;
    private readonly TimeProvider _time;
    private readonly RedisConnection _redis;
    private readonly SessionBook _book;
    private readonly RedisUserDirectory _directory;
    private readonly RedisGroupStore _groups;
    private readonly NameList _users;
    private long _conversations;
    private long _sessions;

    public RestoredBackup(RedisAddress address, TimeProvider time)
    {
        _address = address;
        _time = time;
        _redis = new RedisConnection(
            Options.Create(new RedisOptions { Configuration = address.ToConfiguration().ToString(), Deadline = TimeSpan.FromSeconds(30) }), time);
        IOptions<UserTimes> times = Options.Create(new UserTimes());
        var limits = new ChatLimits();
        _book = new SessionBook(_redis, times);
        _groups = new RedisGroupStore(_redis, limits);
        _directory = new RedisUserDirectory(_redis, new RedisMessageLog(_redis, limits), _groups, limits, times, NullLoggerFactory.Instance);
        _users = new NameList(_redis, RedisKeys.Users);
    }

    /// <summary>Does all of it.</summary>
    /// <param name="watch">How long leases are watched, to tell those of running nodes from those that came with the backup.</param>
    /// <param name="cancellationToken">Stops in the middle.</param>
    /// <exception cref="RedisUnusableException">A node runs on this Redis.</exception>
    /// <exception cref="StorageUnavailableException">Redis did not answer; nothing is half done that a repetition would not do.</exception>
    public async Task<RestoreReport> RunAsync(TimeSpan watch, CancellationToken cancellationToken)
    {
        await RefuseRunningNodesAsync(watch, cancellationToken);
        KeySpace keys = await KeySpace.OpenAsync(_address, cancellationToken);
        await Parallel.ForEachAsync(
            keys.KeysAsync(cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (key, _) => await TreatAsync(key, keys.IsSpread));
        await _redis.ExecuteAsync("DEL", RedisKeys.Nodes);
        await _redis.ExecuteAsync("DEL", RedisKeys.Online);
        return new RestoreReport(_conversations, _sessions);
    }

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    // A lease that came with the backup runs out; one that grows belongs to a node that renews it. A node that was only slow finds its
    // lease gone afterwards, closes its sessions and begins anew.
    private async Task RefuseRunningNodesAsync(TimeSpan watch, CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        Dictionary<string, long> before = await LeasesAsync();
        while (before.Count > 0 && _time.GetElapsedTime(started) < watch)
        {
            await Task.Delay(Look, _time, cancellationToken);
            Dictionary<string, long> now = await LeasesAsync();
            if (now.FirstOrDefault(lease => lease.Value > before.GetValueOrDefault(lease.Key)).Key is { } node)
            {
                throw new RedisUnusableException($"Node {node} runs on the Redis at {_address}: stop every node first, and start them again afterwards");
            }

            before = now;
        }
    }

    // How long each lease still lasts, in milliseconds.
    private async Task<Dictionary<string, long>> LeasesAsync()
    {
        Dictionary<string, long> leases = new(StringComparer.Ordinal);
        foreach (string node in (await _redis.ExecuteAsync("SMEMBERS", RedisKeys.Nodes)).Texts())
        {
            if ((await _redis.ExecuteAsync("PTTL", RedisKeys.Lease(node))).Number() is > 0 and var left)
            {
                leases.Add(node, left);
            }
        }

        return leases;
    }

    private Task TreatAsync(string key, bool relist)
    {
        int end = key.IndexOf('}', StringComparison.Ordinal);
        if (end < 0 || key[0] != '{')
        {
            return Task.CompletedTask;
        }

        string tag = key[1..end];
        return (tag.Split(':')[0], key[(end + 1)..]) switch
        {
            ("c", ":meta") => RenewAsync(tag[2..], relist),
            ("u", ":sessions") => CloseAllAsync(tag[2..]),
            ("u", ":account") when relist => RelistAsync(tag[2..]),
            ("u", ":nodes" or ":watchers") or ("s", ":nodes") or ("node", _) => _redis.ExecuteAsync("DEL", (RedisKey)key),
            _ => Task.CompletedTask,
        };
    }

    private async Task RenewAsync(string conversation, bool relist)
    {
        string[] reply = (await _redis.EvaluateAsync(
            Renew, [RedisKeys.Meta(conversation), RedisKeys.Members(conversation)], [Ids.NewEpoch(), relist ? "1" : "0"])).Texts();
        if (reply[0] == "0" || !ConversationId.TryParse(conversation, out ConversationId id))
        {
            return;
        }

        Interlocked.Increment(ref _conversations);
        if (!relist)
        {
            return;
        }

        // The user's list and the directory may be on a server whose backup is older than this one's.
        if (reply[1] == "1")
        {
            await _groups.SetPublicAsync(id.GroupId!, true);
        }

        foreach (string member in reply.Skip(2))
        {
            Result<NewListing> listed = await _directory.AddConversationAsync(member, id);
            if (listed.Error is { Retry: true })
            {
                throw new StorageUnavailableException($"{conversation} could not be put into the list of {member}.");
            }
        }
    }

    private async Task CloseAllAsync(string user)
    {
        foreach (SessionInfo session in await _book.ReadAsync(user))
        {
            await _book.CloseAsync(user, session.Session, session.Node, again: true);
            Interlocked.Increment(ref _sessions);
        }
    }

    private async Task RelistAsync(string user)
    {
        if ((await _redis.ExecuteAsync("HGET", RedisKeys.Account(user), "kind")).Text() == "r")
        {
            await _users.AddAsync(user);
        }
    }
}
