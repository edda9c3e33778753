using System.Net;
using OrleansChat.Redis.Connections;
using StackExchange.Redis;

namespace OrleansChat.Redis.Streams;

/// <summary>
/// One subscription to this node's channel, on a connection of its own. It is used until its connection breaks or falls silent and then
/// replaced, rather than left to the client library to mend: what was missed meanwhile has to be known.
/// </summary>
internal sealed class NodeChannel : IAsyncDisposable
{
    private readonly ConnectionMultiplexer _multiplexer;
    private readonly Action<byte[]> _arrived;
    private readonly TaskCompletionSource<string> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private EndPoint? _server;
    private long _count;
    private volatile bool _closed;

    private NodeChannel(ConnectionMultiplexer multiplexer, Action<byte[]> arrived)
    {
        _multiplexer = multiplexer;
        _arrived = arrived;
        multiplexer.ConnectionFailed += OnConnectionFailed;
    }

    /// <summary>Ends with the reason when the connection breaks.</summary>
    public Task<string> Broken => _broken.Task;

    /// <summary>Ends with the first message: the subscription works.</summary>
    public Task Heard => _heard.Task;

    /// <summary>How many messages came in.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The server of a Redis Cluster that this is subscribed at; null outside a cluster.</summary>
    public EndPoint? ClusterServer =>
        _server is { } server && _multiplexer.GetServer(server).ServerType == ServerType.Cluster ? server : null;

    /// <summary>Connects and subscribes. Whether it works is only known when something is heard.</summary>
    /// <exception cref="TimeoutException">Redis did not answer in time.</exception>
    public static async Task<NodeChannel> OpenAsync(RedisOptions options, string node, Action<byte[]> arrived, TimeProvider time, CancellationToken cancellationToken)
    {
        NodeChannel channel = new(await RedisConnection.OpenAsync(options, "announcements").ConfigureAwait(false), arrived);
        try
        {
            var name = new RedisChannel(RedisKeys.Channel(node), RedisChannel.PatternMode.Literal);
            ISubscriber subscriber = channel._multiplexer.GetSubscriber();
            await OrderedSubscription.SubscribeAsync(subscriber, name, channel.OnMessage)
                .WaitAsync(options.ConnectTimeout, time, cancellationToken).ConfigureAwait(false);
            channel._server = subscriber.SubscribedEndpoint(name);
            return channel;
        }
        catch
        {
            await channel.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _closed = true;
        _multiplexer.ConnectionFailed -= OnConnectionFailed;
        await _multiplexer.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
        _multiplexer.Dispose();
    }

    // Runs where the client library reads or on its worker: nothing here may wait.
    private void OnMessage(RedisValue value)
    {
        if (_closed || (byte[]?)value is not { Length: > 0 } message)
        {
            return;
        }

        Interlocked.Increment(ref _count);
        _heard.TrySetResult();

        // Not queued behind the others: a full queue does not mean a dead connection.
        if (message[0] != AnnouncementFormat.Heartbeat)
        {
            _arrived(message);
        }
    }

    // On a cluster the connections to other servers may come and go.
    private void OnConnectionFailed(object? sender, ConnectionFailedEventArgs failed)
    {
        if (failed.ConnectionType == ConnectionType.Subscription && (_server is null || _server.Equals(failed.EndPoint)))
        {
            _broken.TrySetResult($"the connection to {failed.EndPoint} failed ({failed.FailureType})");
        }
    }
}
