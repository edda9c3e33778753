using System.Collections.Concurrent;
using System.Text;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Streams;
using OrleansChat.Testing;
using StackExchange.Redis;

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>Hears the channel of a node that follows conversations, as it is.</summary>
internal sealed class NodeHearing : IAsyncDisposable
{
    private const string End = "end";

    private readonly ConcurrentQueue<byte[]> _heard = new();
    private readonly RedisConversations _redis;
    private readonly string _node;
    private ConnectionMultiplexer? _connection;

    private NodeHearing(RedisConversations redis, string node)
    {
        _redis = redis;
        _node = node;
    }

    public static async Task<NodeHearing> FollowAsync(RedisConversations redis, string node, params Talk[] talks)
    {
        var hearing = new NodeHearing(redis, node) { _connection = await redis.Redis.ConnectAsync() };
        await OrderedSubscription.SubscribeAsync(
            hearing._connection.GetSubscriber(),
            new RedisChannel(RedisKeys.Channel(node), RedisChannel.PatternMode.Literal),
            message => hearing._heard.Enqueue((byte[])message!));
        await Eventually.TrueAsync(async () =>
            (long)await redis.CommandAsync("PUBLISH", RedisKeys.Channel(node), End) == 1 && hearing._heard.Any(IsEnd));
        foreach (Talk talk in talks)
        {
            await redis.Connection.EvaluateAsync(RedisScript.Load("stream-follow"), [RedisKeys.Meta(talk.Id.Value)], [node]);
        }

        return hearing;
    }

    /// <summary>All that was announced until now: header and payload.</summary>
    public async Task<(string Header, string Payload)[]> HeardAsync()
    {
        // What is published now comes after everything that was announced before.
        int ends = _heard.Count(IsEnd);
        await _redis.CommandAsync("PUBLISH", RedisKeys.Channel(_node), End);
        await Eventually.TrueAsync(() => _heard.Count(IsEnd) > ends);
        return
        [
            .. _heard.Where(message => !IsEnd(message)).Select(message => Encoding.UTF8.GetString(message).Split('\n', 2)).Select(parts => (parts[0], parts[1])),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.CloseAsync(allowCommandsToComplete: false);
            _connection.Dispose();
        }
    }

    private static bool IsEnd(byte[] message) => message.AsSpan().SequenceEqual("end"u8);
}
