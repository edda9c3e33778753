using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using OrleansChat.Gateway.FrontEnds.Resp.Commands;
using OrleansChat.Protocols.Resp;

namespace OrleansChat.Gateway.FrontEnds.Resp;

/// <summary>The RESP door: Redis' protocol on a TCP port, <c>IM.*</c> commands for trusted back ends.</summary>
internal sealed class RespDoor(
    RespCommands commands, ConnectionCommands connections, RespClients clients, GatewayOptions options, TimeProvider time, ILogger<RespDoor> logger)
    : ConnectionHandler
{
    public RespCommands Commands { get; } = commands;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;

    /// <summary>A request is a frame: as large as one may be that comes through another door, and room for its names.</summary>
    public RespLimits Limits { get; } = new() { Bulk = options.Limits.Frame, Request = options.Limits.Frame * 2 };

    /// <inheritdoc />
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var client = new RespClient(clients.NextId(), connection.RemoteEndPoint, !connections.NeedsKey, Time.GetUtcNow());
        if (!clients.TryAdd(client))
        {
            RespWriter.Write(connection.Transport.Output, RespValue.Error("ERR max number of clients reached"), version: 2);
            await connection.Transport.Output.FlushAsync();
            return;
        }

        CancellationToken stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(closing.Token, connection.ConnectionClosed);
        try
        {
            await new RespConnection(this, client, connection.Transport, closing, gone.Token).RunAsync();
        }
        finally
        {
            clients.Remove(client);
        }
    }
}
