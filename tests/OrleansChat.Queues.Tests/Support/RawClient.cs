using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansChat.Testing;

namespace OrleansChat.Queues.Tests.Support;

/// <summary>A connection that reads nothing.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };

    public RawClient(ServerProcess node) => _socket.Connect(node.Url.Host, node.Url.Port);

    public Task SendAsync(string text) => _socket.SendAsync(Encoding.ASCII.GetBytes(text)).WithinAsync(what: "sending");

    /// <summary>Waits until the server has read everything that was sent: nothing waits in its socket any more.</summary>
    public Task ReadByServerAsync()
    {
        // Its line is: addresses, state, bytes to send : bytes to receive.
        string between = $"{Hex(_socket.RemoteEndPoint)} {Hex(_socket.LocalEndPoint)} 01 00000000:00000000 ";
        return Eventually.TrueAsync(async () => (await File.ReadAllTextAsync("/proc/net/tcp")).Contains(between, StringComparison.Ordinal));
    }

    /// <summary>Cuts the connection off, without a farewell.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public void Dispose() => _socket.Dispose();

    // As in /proc/net/tcp: 0100007F:1F90.
    private static string Hex(EndPoint? end)
    {
        var ip = (IPEndPoint)end!;
        byte[] address = ip.Address.MapToIPv4().GetAddressBytes();
        Array.Reverse(address);
        return $"{Convert.ToHexString(address)}:{ip.Port:X4}";
    }
}
