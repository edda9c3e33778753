using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Streams;
using OrleansChat.Testing;
using StackExchange.Redis;

namespace OrleansChat.Redis.Tests.Streams;

/// <summary>What Redis has noted of who follows what.</summary>
internal sealed class Noted(ConnectionMultiplexer redis) : IAsyncDisposable
{
    public IDatabase Database => redis.GetDatabase();

    public static async Task<Noted> OpenAsync(RedisFixture fixture) => new(await fixture.ConnectAsync());

    public async Task<string[]> FollowsAsync(string node) => Sorted(await Database.SetMembersAsync(RedisKeys.Follows(node)));

    public async Task<string[]> NodesAsync(string member)
    {
        Assert.True(StreamName.TryParseMember(member, out StreamName? name));
        return name.IsConversation
            ? ((string?)await Database.HashGetAsync(name.Nodes, "nodes"))?.Split(' ') ?? []
            : Sorted(await Database.SetMembersAsync(name.Nodes));
    }

    /// <summary>Whether both sides have it that the node follows the stream.</summary>
    public async Task<bool> IsFollowedAsync(string node, string member) =>
        (await FollowsAsync(node)).Contains(member) && (await NodesAsync(member)).Contains(node);

    /// <summary>Whether neither side has it.</summary>
    public async Task<bool> IsForgottenAsync(string node, string member) =>
        !(await FollowsAsync(node)).Contains(member) && !(await NodesAsync(member)).Contains(node);

    public Task PublishAsync(string node, string message) =>
        Database.PublishAsync(new RedisChannel(RedisKeys.Channel(node), RedisChannel.PatternMode.Literal), message);

    public async ValueTask DisposeAsync()
    {
        await redis.CloseAsync(allowCommandsToComplete: false);
        redis.Dispose();
    }

    private static string[] Sorted(RedisValue[] values) => [.. values.Select(value => value.ToString()).Order(StringComparer.Ordinal)];
}
