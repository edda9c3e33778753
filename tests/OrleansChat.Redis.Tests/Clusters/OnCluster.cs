using Microsoft.Extensions.Options;
using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Conversations;
using OrleansChat.Redis.Groups;
using OrleansChat.Testing;

namespace OrleansChat.Redis.Tests.Clusters;

/// <summary>The suites of the ports run once more on one cluster of three masters, one after the other: some of them empty it first.</summary>
[CollectionDefinition(Name)]
public sealed class OnCluster : ICollectionFixture<ClusterConversations>
{
    public const string Name = "on a Redis Cluster";
}

/// <summary>The message log and the groups over a Redis Cluster.</summary>
public sealed class ClusterConversations : IAsyncLifetime
{
    private readonly RedisConnection _connection;

    public ClusterConversations()
    {
        // Without a deadline of its own the configuration is only read when the first call connects.
        Options = new RedisOptions { Deadline = TimeSpan.FromSeconds(15) };
        _connection = new RedisConnection(Microsoft.Extensions.Options.Options.Create(Options), TimeProvider.System);
        Log = new RedisMessageLog(_connection, new ChatLimits());
        Groups = new RedisGroupStore(_connection, new ChatLimits());
    }

    public RedisClusterFixture Cluster { get; } = new();

    public IMessageLog Log { get; }

    public IGroupStore Groups { get; }

    internal RedisConnection Connection => _connection;

    private RedisOptions Options { get; }

    public async ValueTask InitializeAsync()
    {
        await Cluster.InitializeAsync();
        Options.Configuration = Cluster.Endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await Cluster.DisposeAsync();
    }
}
