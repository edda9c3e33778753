using System.Diagnostics;

namespace OrleansChat.Gateway.Delivery;

/// <summary>Goes with an entry that is traced, up to the sockets. A message to thousands is not traced to each of them.</summary>
/// <param name="parent">The span that brought the entry to this node.</param>
internal sealed class DeliveryTrace(ActivityContext parent)
{
    private const int MostSockets = 8;

    private int _sockets;

    public ActivityContext Parent { get; } = parent;

    /// <summary>Whether one more socket is traced.</summary>
    public bool TryTake() => Interlocked.Increment(ref _sockets) <= MostSockets;
}
