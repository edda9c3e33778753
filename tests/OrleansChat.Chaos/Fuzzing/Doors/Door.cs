using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using OrleansChat.Chaos.Clients;
using OrleansChat.Testing;

namespace OrleansChat.Chaos.Fuzzing.Doors;

/// <summary>A door of a running node.</summary>
/// <param name="Name">What it is called in reports.</param>
/// <param name="Seeds">What is said to it to begin with, in Latin-1. <c>TOKEN</c> stands for a token; at sockets <c>0xff</c> parts messages, and one that begins with <c>0x01</c> is binary.</param>
/// <param name="Tokens">The pieces of its grammar.</param>
/// <param name="SayAsync">Says something to a node over a connection of its own, ends its own side, and returns what was answered until the node ended the other.</param>
internal sealed record Door(string Name, string[] Seeds, string[] Tokens, Func<ServerProcess, byte[], Task<string>> SayAsync)
{
    /// <summary>A door that takes bytes at an address that the ready line names.</summary>
    public static Door Bytes(string name, string address, string[] seeds, string[] tokens) => new(name, seeds, tokens, async (node, input) =>
    {
        string[] where = node.Ready[address].Replace("http://", string.Empty, StringComparison.Ordinal).TrimEnd('/').Split(':');
        using TcpClient client = new();
        await client.ConnectAsync(where[0], int.Parse(where[1], System.Globalization.CultureInfo.InvariantCulture)).WithinAsync(what: "the connection");
        using MemoryStream answer = new();
        try
        {
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync(input);
            byte[] buffer = new byte[16 * 1024];
            Task<int> first = stream.ReadAsync(buffer).AsTask();

            // A node may drop what it is doing for somebody who has left, so it gets a moment; one that waits for more gets no more.
            await Task.WhenAny(first, Pace.ForAsync(20, CancellationToken.None));
            client.Client.Shutdown(SocketShutdown.Send);
            for (int read = await first.WithinAsync(what: "the end of the connection"); read > 0; read = await stream.ReadAsync(buffer).AsTask().WithinAsync(what: "the end of the connection"))
            {
                answer.Write(buffer, 0, read);
            }
        }
        catch (Exception cut) when (cut is IOException or SocketException)
        {
            // Whoever says something wrong may be cut off in the middle of it.
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    });

    /// <summary>A WebSocket.</summary>
    /// <param name="name">What it is called in reports.</param>
    /// <param name="path">With the token.</param>
    /// <param name="before">A message that is always said first.</param>
    /// <param name="seeds">Messages.</param>
    /// <param name="tokens">The pieces of its grammar.</param>
    public static Door Socket(string name, Func<string> path, string? before, string[] seeds, string[] tokens) => new(name, seeds, tokens, async (node, input) =>
    {
        using ClientWebSocket socket = new();
        using MemoryStream answer = new();
        try
        {
            await socket.ConnectAsync(new Uri($"ws://{node.Url.Authority}{path()}"), CancellationToken.None).WithinAsync(what: "the socket");
            if (before is not null)
            {
                await SendAsync(socket, FuzzTarget.Bytes(before));
            }

            foreach (byte[] message in Encoding.Latin1.GetString(input).Split('\u00ff').Select(FuzzTarget.Bytes))
            {
                await SendAsync(socket, message);
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WithinAsync(what: "the close");
            byte[] buffer = new byte[16 * 1024];
            while (socket.State is WebSocketState.Open or WebSocketState.CloseSent)
            {
                WebSocketReceiveResult part = await socket.ReceiveAsync(buffer, CancellationToken.None).WithinAsync(what: "the end of the socket");
                answer.Write(buffer, 0, part.Count);
            }
        }
        catch (WebSocketException)
        {
            // As above; or somebody said at another door that the token is to be revoked.
        }

        return $"{Encoding.Latin1.GetString(answer.ToArray())} {(int?)socket.CloseStatus}";
    });

    private static Task SendAsync(ClientWebSocket socket, byte[] message) => message is [1, .. byte[] rest]
        ? socket.SendAsync(rest, WebSocketMessageType.Binary, true, CancellationToken.None).WithinAsync(what: "a message")
        : socket.SendAsync(message, WebSocketMessageType.Text, true, CancellationToken.None).WithinAsync(what: "a message");
}
