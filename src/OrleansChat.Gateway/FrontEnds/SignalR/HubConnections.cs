using Microsoft.AspNetCore.SignalR;

namespace OrleansChat.Gateway.FrontEnds.SignalR;

/// <summary>
/// Hands each hub its connection. Events do not go through the hub's own fan-out: the session's bounded queue decides what a client gets.
/// </summary>
internal sealed class HubConnections(ILogger<DefaultHubLifetimeManager<ChatHub>> logger) : DefaultHubLifetimeManager<ChatHub>(logger)
{
    private static readonly object Key = new();

    /// <summary>The connection that a hub speaks for.</summary>
    public static HubConnectionContext Of(HubCallerContext context) => (HubConnectionContext)context.Items[Key]!;

    /// <inheritdoc />
    public override Task OnConnectedAsync(HubConnectionContext connection)
    {
        connection.Items[Key] = connection;
        return base.OnConnectedAsync(connection);
    }
}
