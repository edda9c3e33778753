using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Line.Commands;
using OrleansChat.Gateway.FrontEnds.Line.Talks;
using OrleansChat.Gateway.Sessions;

namespace OrleansChat.Gateway.FrontEnds.Line;

/// <summary>The line door: text lines over TCP. Takes connections up to a bound and finds out when the other side has vanished.</summary>
internal sealed class LineDoor(
    SessionRegistry sessions, TalkSignals signals, LineCommands commands, ChatCommands chat, GatewayOptions options, TimeProvider time)
    : ConnectionHandler
{
    private const int MaxConnections = 10_000;
    private const int KeepAliveIdleSeconds = 60;
    private const int KeepAliveEverySeconds = 15;
    private const int KeepAliveTries = 4;

    private int _connections;

    public SessionRegistry Sessions { get; } = sessions;

    public TalkSignals Signals { get; } = signals;

    public LineCommands Commands { get; } = commands;

    public ChatCommands Chat { get; } = chat;

    public GatewayOptions Options { get; } = options;

    public TimeProvider Time { get; } = time;

    /// <inheritdoc />
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        KeepAlive(connection);
        try
        {
            if (Interlocked.Increment(ref _connections) > MaxConnections)
            {
                await connection.Transport.Output.WriteAsync("ERR too many connections\n"u8.ToArray());
                return;
            }

            await new LineConnection(this, connection).RunAsync();
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    // People may be silent for hours; a machine that went away without a word must not hold a name for ever.
    private static void KeepAlive(ConnectionContext connection)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveIdleSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveEverySeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveTries);
        }
    }
}
