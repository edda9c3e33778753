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
using OrleansChat.Testing;
using OrleansChat.Users;
using StackExchange.Redis;

namespace OrleansChat.Redis.Tests.Users;

/// <summary>The ports over a real redis-server.</summary>
internal sealed class RedisStores : IChatStores
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly string _endpoint;
    private readonly Func<Task<ConnectionMultiplexer>> _connect;
    private readonly StoreTimes _times;
    private readonly TimeSpan _deadline;
    private readonly RedisPresence _presence;
    private readonly List<RedisStores> _peers = [];

    private RedisStores(string endpoint, Func<Task<ConnectionMultiplexer>> connect, StoreTimes times, TimeSpan deadline)
    {
        _endpoint = endpoint;
        _connect = connect;
        _times = times;
        _deadline = deadline;
        Connection = new RedisConnection(Options.Create(new RedisOptions { Configuration = endpoint, Deadline = deadline }), TimeProvider.System);
        IOptions<UserTimes> userTimes = Options.Create(new UserTimes
        {
            GuestHold = times.GuestHold,
            GuestReclaim = times.GuestReclaim,
            StaleListing = times.StaleListing,
        });
        var limits = new ChatLimits { ConversationsPerUser = times.ConversationsPerUser };
        Log = new RedisMessageLog(Connection, new ChatLimits());
        Groups = new RedisGroupStore(Connection, limits);
        Directory = new RedisUserDirectory(Connection, Log, Groups, limits, userTimes, NullLoggerFactory.Instance);
        Tokens = new RedisTokenStore(Connection, userTimes);
        Presence = _presence = new RedisPresence(Connection, userTimes, TimeProvider.System, NullLogger<RedisPresence>.Instance);
        Leases = new RedisNodeLeases(Connection, Options.Create(new LeaseOptions { Duration = times.Lease }), userTimes, NullLogger<RedisNodeLeases>.Instance);
    }

    public RedisConnection Connection { get; }

    public IUserDirectory Directory { get; }

    public ITokenStore Tokens { get; }

    public IPresence Presence { get; }

    public INodeLeases Leases { get; }

    public IMessageLog Log { get; }

    public IGroupStore Groups { get; }

    public static async Task<RedisStores> OpenAsync(RedisFixture fixture, StoreTimes? times = null, TimeSpan? deadline = null)
    {
        var stores = new RedisStores(fixture.Endpoint, fixture.ConnectAsync, times ?? new StoreTimes(), deadline ?? Deadline);
        await stores.CommandAsync("FLUSHALL");
        return stores;
    }

    public static async Task<RedisStores> OpenAsync(RedisClusterFixture cluster, StoreTimes? times = null)
    {
        await cluster.FlushAsync();
        return new RedisStores(cluster.Endpoint, cluster.ConnectAsync, times ?? new StoreTimes(), Deadline);
    }

    public IChatStores Peer()
    {
        var peer = new RedisStores(_endpoint, _connect, _times, _deadline);
        _peers.Add(peer);
        return peer;
    }

    public Task<RedisResult> CommandAsync(string command, params object[] arguments) => Connection.ExecuteAsync(command, arguments);

    public async Task<string[]> TextsAsync(string command, params object[] arguments) => (await CommandAsync(command, arguments)).Texts();

    public async Task<long> NumberAsync(string command, params object[] arguments) => (await CommandAsync(command, arguments)).Number();

    /// <summary>Hears what is announced to a node from now on.</summary>
    public Task<NodeEar> HearAsync(string node) => NodeEar.ListenAsync(_connect, node);

    public async ValueTask DisposeAsync()
    {
        foreach (RedisStores peer in _peers)
        {
            await peer.DisposeAsync();
        }

        await _presence.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
