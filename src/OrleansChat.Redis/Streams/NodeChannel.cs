using System.Net;
using OrleansChat.Redis.Connections;

namespace OrleansChat.Redis.Streams;

/// <summary>
/// One subscription to this node's channel, on a connection of its own. It is used until its connection breaks or falls silent and then
/// replaced, rather than mended: what was missed meanwhile has to be known.
/// </summary>
internal abstract class NodeChannel(Dispatcher dispatcher) : IAsyncDisposable
{
    private readonly TaskCompletionSource<string> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _count;

    /// <summary>Ends with the reason when the connection breaks.</summary>
    public Task<string> Broken => _broken.Task;

    /// <summary>Ends with the first message: the subscription works.</summary>
    public Task Heard => _heard.Task;

    /// <summary>How many messages came in.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The server of a Redis Cluster that this is subscribed at; null outside a cluster.</summary>
    public virtual EndPoint? ClusterServer => null;

    /// <summary>Who hands over what comes in.</summary>
    protected Dispatcher Dispatcher => dispatcher;

    /// <summary>Connects and subscribes: over a connection of our own where that fits, else through the client library. Whether it works is
    /// only known when something is heard.</summary>
    /// <exception cref="TimeoutException">Redis did not answer in time.</exception>
    public static async Task<NodeChannel> OpenAsync(RedisOptions options, string node, Dispatcher dispatcher, TimeProvider time, CancellationToken cancellationToken)
    {
        NodeChannel? own = await SocketChannel.TryOpenAsync(options, node, dispatcher, time, cancellationToken).ConfigureAwait(false);
        return own ?? await LibraryChannel.OpenAsync(options, node, dispatcher, time, cancellationToken).ConfigureAwait(false);
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>Takes a message that came in. It waits until the dispatcher is asked to hand it over.</summary>
    protected void Take(byte[] message)
    {
        if (message.Length == 0)
        {
            return;
        }

        Interlocked.Increment(ref _count);
        _heard.TrySetResult();

        // Not queued behind the others: a full queue does not mean a dead connection.
        if (message[0] != AnnouncementFormat.Heartbeat)
        {
            dispatcher.Arrived(message);
        }
    }

    /// <summary>Says that nothing more will be heard.</summary>
    protected void Break(string reason) => _broken.TrySetResult(reason);
}
