using System.Net.WebSockets;

namespace OrleansChat.Client;

/// <summary>Where the native door of a node is, and how a socket is made for it.</summary>
internal static class NativeAddress
{
    /// <summary><c>http://host:8080</c>, <c>ws://host:8080</c> and <c>ws://host:8080/ws</c> all name the same door.</summary>
    public static Uri Door(Uri address, NativeConnectionOptions options)
    {
        var door = new UriBuilder(address)
        {
            Scheme = address.Scheme is "https" or "wss" ? "wss" : "ws",
            Port = address.Port,
            Path = address.AbsolutePath is "/" or "" ? "/ws" : address.AbsolutePath,
        };
        if (options is { Token: { } token, TokenPlace: TokenPlace.Query })
        {
            door.Query = "token=" + Uri.EscapeDataString(token);
        }

        return door.Uri;
    }

    public static ClientWebSocket NewSocket(NativeConnectionOptions options)
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = options.KeepAlive;
        socket.Options.KeepAliveTimeout = options.KeepAlive;
        socket.Options.CollectHttpResponseDetails = true;
        if (options.SubProtocol is { } protocol)
        {
            socket.Options.AddSubProtocol(protocol);
        }

        if (options.Origin is { } origin)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        if (options is { Token: { } token, TokenPlace: TokenPlace.Header })
        {
            socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        }

        return socket;
    }
}
