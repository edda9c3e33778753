using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.SocketIo.Tests.Support;

/// <summary>A client over a bare TCP connection, to write several packets with one write; it hears texts shorter than 64 KiB.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly TcpClient _tcp = new() { NoDelay = true };
    private readonly List<string> _heard = [];
    private readonly List<byte> _unread = [];

    public static async Task<RawClient> EnterAsync(Uri url, string name)
    {
        var client = new RawClient();
        await client._tcp.ConnectAsync(url.Host, url.Port);
        await client._tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"));
        await client.UpgradedAsync();
        await client.UntilAsync("0{");
        await client.SendAsync("40");
        await client.UntilAsync("40{");
        await client.SendAsync($"420[\"set-nickname\",\"{name}\"]");
        Assert.Equal("430[true]", await client.UntilAsync("430["));
        return client;
    }

    /// <summary>Sends packets with one write, each a frame of its own.</summary>
    public Task SendAsync(params string[] packets) => SendFramesAsync([.. packets.Select(packet => Frame(0x81, Encoding.UTF8.GetBytes(packet)))]);

    /// <summary>Sends frames with one write.</summary>
    public async Task SendFramesAsync(params byte[][] frames) => await _tcp.GetStream().WriteAsync(frames.SelectMany(frame => frame).ToArray());

    /// <summary>The answer to the event of this number: what stands in its list.</summary>
    public async Task<JsonElement> AnswerAsync(int id) => JsonElement.Parse((await UntilAsync($"43{id}["))[$"43{id}".Length..])[0];

    /// <summary>The next packet that begins like this, among those not asked for yet.</summary>
    public async Task<string> UntilAsync(string begin)
    {
        while (true)
        {
            if (_heard.FindIndex(packet => packet.StartsWith(begin, StringComparison.Ordinal)) is var index and >= 0)
            {
                string found = _heard[index];
                _heard.RemoveAt(index);
                return found;
            }

            await ReadAsync(begin);
            Take();
        }
    }

    public void Dispose() => _tcp.Dispose();

    /// <summary>A client's frame; its mask changes nothing.</summary>
    public static byte[] Frame(int first, byte[] payload) =>
        payload.Length < 126
            ? [(byte)first, (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload]
            : [(byte)first, 0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length, 0, 0, 0, 0, .. payload];

    private async Task UpgradedAsync()
    {
        while (Encoding.Latin1.GetString([.. _unread]).IndexOf("\r\n\r\n", StringComparison.Ordinal) is var end)
        {
            if (end >= 0)
            {
                Assert.StartsWith("HTTP/1.1 101", Encoding.Latin1.GetString([.. _unread]), StringComparison.Ordinal);
                _unread.RemoveRange(0, end + 4);
                Take();
                return;
            }

            await ReadAsync("the upgrade");
        }
    }

    private async Task ReadAsync(string awaited)
    {
        byte[] buffer = new byte[16 * 1024];
        int read = await _tcp.GetStream().ReadAsync(buffer).AsTask().WithinAsync(what: $"{awaited} after {string.Join('\n', _heard.TakeLast(4))}");
        Assert.NotEqual(0, read);
        _unread.AddRange(buffer[..read]);
    }

    private void Take()
    {
        while (_unread.Count >= 2)
        {
            bool extended = _unread[1] == 126;
            int at = extended ? 4 : 2;
            if (_unread.Count < at)
            {
                return;
            }

            int length = extended ? (_unread[2] << 8) | _unread[3] : _unread[1];
            if (_unread.Count < at + length)
            {
                return;
            }

            _heard.Add($"{(_unread[0] == 0x81 ? string.Empty : $"{_unread[0]:x2}:")}{Encoding.UTF8.GetString([.. _unread[at..(at + length)]])}");
            _unread.RemoveRange(0, at + length);
        }
    }
}
