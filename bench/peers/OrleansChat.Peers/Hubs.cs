using Microsoft.AspNetCore.SignalR;
using StackExchange.Redis;

namespace OrleansChat.Peers;

/// <summary>What everybody writes first: groups, and a message to a group. The completion of the call is the acknowledgement.</summary>
internal sealed class PlainHub : Hub
{
    public Task Join(string room) => Groups.AddToGroupAsync(Context.ConnectionId, room);

    public Task Send(string to, string text) => Clients.Group(to).SendAsync("message", text);
}

/// <summary>The same with storage, as it is written first: one script a message, awaited, that numbers, stores and publishes.</summary>
internal sealed class StoringHub(IConnectionMultiplexer redis) : Hub
{
    private const string Script = """
        local seq = redis.call('INCR', KEYS[1])
        redis.call('XADD', KEYS[2], seq .. '-0', 'm', ARGV[1])
        redis.call('PUBLISH', KEYS[3], ARGV[1])
        return seq
        """;

    public Task Join(string room) => Groups.AddToGroupAsync(Context.ConnectionId, room);

    public async Task<long> Send(string to, string text)
        => (long)await redis.GetDatabase().ScriptEvaluateAsync(Script, [$"seq:{{{to}}}", $"log:{{{to}}}", $"{RedisAnnouncements.Prefix}{to}"], [text]);
}

/// <summary>Hands what is published to this process's connections.</summary>
internal sealed class RedisAnnouncements(IConnectionMultiplexer redis, IHubContext<StoringHub> hub) : IHostedService
{
    public const string Prefix = "room:";

    public Task StartAsync(CancellationToken cancellationToken) => redis.GetSubscriber().SubscribeAsync(
        new RedisChannel($"{Prefix}*", RedisChannel.PatternMode.Pattern),
        (channel, text) => _ = hub.Clients.Group(((string)channel!)[Prefix.Length..]).SendAsync("message", (string)text!, CancellationToken.None));

    public Task StopAsync(CancellationToken cancellationToken) => redis.GetSubscriber().UnsubscribeAllAsync();
}
