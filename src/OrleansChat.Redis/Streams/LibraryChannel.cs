using System.Net;
using OrleansChat.Redis.Connections;
using StackExchange.Redis;

namespace OrleansChat.Redis.Streams;

/// <summary>A subscription through the client library: for a Redis Cluster and for settings that only the library knows.</summary>
internal sealed class LibraryChannel : NodeChannel
{
    private readonly ConnectionMultiplexer _multiplexer;
    private EndPoint? _server;
    private volatile bool _closed;

    private LibraryChannel(ConnectionMultiplexer multiplexer, Dispatcher dispatcher)
        : base(dispatcher)
    {
        _multiplexer = multiplexer;
        multiplexer.ConnectionFailed += OnConnectionFailed;
    }

    public override EndPoint? ClusterServer =>
        _server is { } server && _multiplexer.GetServer(server).ServerType == ServerType.Cluster ? server : null;

    /// <summary>Connects and subscribes.</summary>
    /// <exception cref="TimeoutException">Redis did not answer in time.</exception>
    public static new async Task<LibraryChannel> OpenAsync(
        RedisOptions options, string node, Dispatcher dispatcher, TimeProvider time, CancellationToken cancellationToken)
    {
        LibraryChannel channel = new(await RedisConnection.OpenAsync(options, SocketChannel.Purpose).ConfigureAwait(false), dispatcher);
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

    public override async ValueTask DisposeAsync()
    {
        _closed = true;
        _multiplexer.ConnectionFailed -= OnConnectionFailed;
        await _multiplexer.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
        _multiplexer.Dispose();
    }

    // Runs where the client library reads or on its worker: nothing here may wait.
    private void OnMessage(RedisValue value)
    {
        if (!_closed && (byte[]?)value is { } message)
        {
            Take(message);
            Dispatcher.Wake();
        }
    }

    // On a cluster the connections to other servers may come and go.
    private void OnConnectionFailed(object? sender, ConnectionFailedEventArgs failed)
    {
        if (failed.ConnectionType == ConnectionType.Subscription && (_server is null || _server.Equals(failed.EndPoint)))
        {
            Break($"the connection to {failed.EndPoint} failed ({failed.FailureType})");
        }
    }
}
