using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace OrleansChat.Gateway.FrontEnds.WebSockets;

/// <summary>
/// Lets an upgraded connection leave the HTTP server: the request that upgraded it ends, and what goes on holds nothing of it. An idle
/// connection that stays within its request costs some kilobytes for objects that nobody uses any more.
/// </summary>
/// <param name="inner">The server's beat, by which HTTP measures its time-outs; it never forgets a listener by itself.</param>
internal sealed class ConnectionHandover(IConnectionHeartbeatFeature? inner) : IConnectionHeartbeatFeature
{
    private volatile Action? _beat;
    private Func<ConnectionContext, Task>? _next;

    /// <summary>Runs HTTP on a connection, and afterwards what the connection was handed to.</summary>
    public static ConnectionDelegate Wrap(ConnectionDelegate http) => connection => RunAsync(http, connection);

    /// <summary>Hands the connection over: this runs when the request has ended. Called within the request, once its upgrade was answered.</summary>
    public void To(Func<ConnectionContext, Task> next)
    {
        // HTTP would give the answer some seconds to drain, and cut the connection then.
        _beat = null;
        _next = next;
    }

    /// <inheritdoc />
    public void OnHeartbeat(Action<object> action, object state)
    {
        bool first = _beat is null;
        _beat += () => action(state);
        if (first)
        {
            inner?.OnHeartbeat(static self => ((ConnectionHandover)self)._beat?.Invoke(), this);
        }
    }

    private static async Task RunAsync(ConnectionDelegate http, ConnectionContext connection)
    {
        var handover = new ConnectionHandover(connection.Features.Get<IConnectionHeartbeatFeature>());
        connection.Features.Set<IConnectionHeartbeatFeature>(handover);
        connection.Features.Set(handover);
        await http(connection);
        if (handover._next is { } next)
        {
            handover._next = null;
            connection.Features.Set<IConnectionTimeoutFeature>(null);
            await next(connection);
        }
    }
}
