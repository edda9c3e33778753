using Microsoft.Extensions.Options;
using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Conversations;
using OrleansChat.Redis.Groups;
using OrleansChat.Redis.Tests.Conversations;
using OrleansChat.Testing;
using StackExchange.Redis;

[assembly: AssemblyFixture(typeof(RedisConversations))]

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>The message log and the groups over a real redis-server, shared by the tests of this assembly that do not disturb it.</summary>
public sealed class RedisConversations : IAsyncLifetime
{
    private readonly RedisServerOptions _options;
    private RedisFixture? _redis;
    private RedisConnection? _connection;

    public RedisConversations()
        : this(new RedisServerOptions { AppendOnly = false })
    {
    }

    private RedisConversations(RedisServerOptions options) => _options = options;

    public IMessageLog Log { get; private set; } = null!;

    public IGroupStore Groups { get; private set; } = null!;

    public RedisFixture Redis => _redis!;

    internal RedisConnection Connection => _connection!;

    /// <summary>One for a single test, which may disturb it.</summary>
    public static async Task<RedisConversations> StartAsync(ChatLimits? limits = null, params string[] settings)
    {
        var own = new RedisConversations(new RedisServerOptions { AppendOnly = false, Settings = settings });
        await own.StartAsync(limits ?? new ChatLimits());
        return own;
    }

    public async ValueTask InitializeAsync() => await StartAsync(new ChatLimits());

    public Task<RedisResult> CommandAsync(string command, params object[] arguments) => Connection.ExecuteAsync(command, arguments);

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }

    private async Task StartAsync(ChatLimits limits)
    {
        _redis = await RedisFixture.StartAsync(_options);

        // A deadline that a busy machine does not reach.
        _connection = new RedisConnection(
            Options.Create(new RedisOptions { Configuration = _redis.Endpoint, Deadline = TimeSpan.FromSeconds(15) }), TimeProvider.System);
        Log = new RedisMessageLog(_connection, limits);
        Groups = new RedisGroupStore(_connection, limits);
    }
}
