using System.Net.Sockets;
using System.Text;

namespace OrleansChat.Load;

/// <summary>The HTTP upgrade (RFC 6455, 4).</summary>
internal static class Handshake
{
    public static byte[] Request(Uri url, string token) => Encoding.ASCII.GetBytes(
        $"GET {(url.AbsolutePath is "/" ? "/ws" : url.AbsolutePath)} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Convert.ToBase64String(Guid.NewGuid().ToByteArray())}\r\n"
        + $"Sec-WebSocket-Protocol: chat.v1\r\nAuthorization: Bearer {token}\r\n\r\n");

    /// <summary>Sends the request and reads the response. Returns how much of the buffer was read, and where the first frame begins.</summary>
    public static async Task<(int Filled, int Start)> RunAsync(Socket socket, Uri url, string token, byte[] buffer, CancellationToken cancel)
    {
        await socket.SendAsync(Request(url, token), cancel);
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
                : throw new LoadException($"{url} does not open a WebSocket: {(status.Length == 0 ? "closed" : status)}");
        }
    }
}
