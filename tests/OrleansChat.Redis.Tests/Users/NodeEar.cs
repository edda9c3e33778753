using System.Collections.Concurrent;
using OrleansChat.Redis.Connections;
using OrleansChat.Testing;
using StackExchange.Redis;

namespace OrleansChat.Redis.Tests.Users;

/// <summary>Hears what is announced to one node.</summary>
internal sealed class NodeEar : IAsyncDisposable
{
    private const string Probe = "probe";

    private readonly ConnectionMultiplexer _connection;
    private readonly ConcurrentQueue<string> _heard = new();

    private NodeEar(ConnectionMultiplexer connection) => _connection = connection;

    public static async Task<NodeEar> ListenAsync(Func<Task<ConnectionMultiplexer>> connect, string node)
    {
        var ear = new NodeEar(await connect());
        var channel = new RedisChannel(RedisKeys.Channel(node), RedisChannel.PatternMode.Literal);
        int probed = 0;
        await ear._connection.GetSubscriber().SubscribeAsync(channel, (_, message) =>
        {
            if (message == Probe)
            {
                Volatile.Write(ref probed, 1);
            }
            else
            {
                ear._heard.Enqueue((string)message!);
            }
        });

        // On a new connection the client library says that it has subscribed a moment before it has.
        await Eventually.TrueAsync(async () =>
        {
            await ear._connection.GetDatabase().ExecuteAsync("PUBLISH", (string)channel!, Probe);
            return Volatile.Read(ref probed) == 1;
        });
        return ear;
    }

    /// <summary>Waits until so many announcements came, and gives all that came, without repeats of waiting.</summary>
    public async Task<string[]> HeardAsync(int count)
    {
        await Eventually.TrueAsync(() => _heard.Count >= count, what: $"{count} announcements, heard: {string.Join(" | ", _heard)}");
        return [.. _heard];
    }

    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }
}
