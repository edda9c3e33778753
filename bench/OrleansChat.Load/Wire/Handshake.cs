using System.Net.Sockets;
using System.Text;

namespace OrleansChat.Load;

/// <summary>What a connection asks for.</summary>
/// <param name="Url">The server.</param>
/// <param name="Path">The path of its WebSocket.</param>
/// <param name="Headers">Further header lines, each with its end.</param>
/// <param name="Hello">What its first line has in it; null when it does not speak first.</param>
/// <param name="Separator">What stands between the lines of a message; 0 where a message is one line.</param>
internal sealed record Opening(Uri Url, string Path, string Headers = "", string? Hello = null, byte Separator = 0)
{
    /// <summary>The native door.</summary>
    public static Opening Native(Uri url, string token)
        => new(url, url.AbsolutePath is "/" ? "/ws" : url.AbsolutePath, $"Sec-WebSocket-Protocol: chat.v1\r\nAuthorization: Bearer {token}\r\n", "\"ev\":\"hello\"", (byte)'\n');
}

/// <summary>The HTTP upgrade (RFC 6455, 4).</summary>
internal static class Handshake
{
    private static byte[] Request(Opening opening) => Encoding.ASCII.GetBytes(
        $"GET {opening.Path} HTTP/1.1\r\nHost: {opening.Url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Convert.ToBase64String(Guid.NewGuid().ToByteArray())}\r\n{opening.Headers}\r\n");

    /// <summary>Sends the request and reads the response. Returns how much of the buffer was read, and where the first frame begins.</summary>
    public static async Task<(int Filled, int Start)> RunAsync(Socket socket, Opening opening, byte[] buffer, CancellationToken cancel)
    {
        await socket.SendAsync(Request(opening), cancel);
        var filled = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(filled), cancel);
            filled += read;
            var end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
            if (end < 0 && read > 0 && filled < buffer.Length)
            {
                continue;
            }

            var status = Encoding.ASCII.GetString(buffer, 0, Math.Min(filled, 64)).Split('\r')[0];
            return end >= 0 && status.StartsWith("HTTP/1.1 101", StringComparison.Ordinal)
                ? (filled, end + 4)
                : throw new LoadException($"{opening.Url} does not open a WebSocket: {(status.Length == 0 ? "closed" : status)}");
        }
    }
}
