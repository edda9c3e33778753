using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using OrleansChat.Testing;

namespace OrleansChat.Gateway.Tests.Hostile;

/// <summary>Frames that no WebSocket library would send, byte by byte.</summary>
public sealed class RawFrameTests(HostileServer server) : IClassFixture<HostileServer>
{
    private const string Request = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    [Fact]
    public async Task Handshake_is_answered_as_RFC_6455_says()
    {
        using NetworkStream stream = await ConnectAsync("Sec-WebSocket-Protocol: other, chat.v1\r\n");

        string head = await HeadAsync(stream);

        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Sec-WebSocket-Protocol: chat.v1\r\n", head, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("8100", 1002)]
    [InlineData("C18100000000" + "61", 1002)]
    [InlineData("838100000000" + "61", 1002)]
    [InlineData("808100000000" + "61", 1002)]
    [InlineData("098000000000", 1002)]
    [InlineData("89FE007E00000000", 1002)]
    [InlineData("81FF8000000000000001" + "00000000", 1002)]
    [InlineData("018100000000" + "61" + "818100000000" + "61", 1002)]
    [InlineData("888100000000" + "03", 1002)]
    [InlineData("888200000000" + "03E7", 1002)]
    [InlineData("818100000000" + "FF", 1007)]
    [InlineData("828100000000" + "61", 3502)]
    [InlineData("81FF000000007FFFFFFF" + "00000000", 3503)]
    public async Task Frame_that_no_client_may_send_closes_with_its_code(string frame, int code)
    {
        foreach (bool signedIn in new[] { false, true })
        {
            using NetworkStream stream = await OpenAsync(signedIn);
            await stream.WriteAsync(Convert.FromHexString(frame)).AsTask().WithinAsync();

            Assert.Equal(code, await CloseCodeAsync(stream));
        }

        server.AssertNoFault();
    }

    [Fact]
    public async Task Ping_between_fragments_is_answered_and_the_message_goes_on()
    {
        using NetworkStream stream = await OpenAsync(signedIn: true);
        await stream.WriteAsync((byte[])
        [
            .. Frame(0x01, "{\"id\":5,"u8), .. Frame(0x89, "there?"u8), .. Frame(0x00, "\"do\":"u8), .. Frame(0x80, "\"ping\"}"u8),
        ]).AsTask().WithinAsync();

        byte[]? pong = null;
        bool replied = false;
        while (pong is null || !replied)
        {
            (int opcode, byte[] payload) = await FrameAsync(stream);
            pong = opcode == 10 ? payload : pong;
            replied |= opcode == 1 && Encoding.UTF8.GetString(payload).Contains("{\"re\":5,\"ok\":", StringComparison.Ordinal);
        }

        Assert.Equal("there?"u8, pong);
    }

    [Fact]
    public async Task Close_right_behind_a_command_is_answered_and_the_command_carried_out()
    {
        using NetworkStream stream = await OpenAsync(signedIn: true);
        await stream.WriteAsync((byte[])[.. Frame(0x81, "{\"id\":6,\"do\":\"ping\"}"u8), .. Frame(0x88, 0x03, 0xE8)]).AsTask().WithinAsync();

        Assert.Equal(1000, await CloseCodeAsync(stream));
        Assert.Equal(0, await stream.ReadAsync(new byte[1]).AsTask().WithinAsync(what: "the end"));
    }

    [Fact]
    public async Task Client_that_is_cut_off_in_the_middle_of_a_frame_harms_nobody()
    {
        using (NetworkStream stream = await OpenAsync(signedIn: true))
        {
            await stream.WriteAsync(Frame(0x81, "{\"id\":7,\"do\":\"ping\"}"u8).AsMemory(0, 12)).AsTask().WithinAsync();
        }

        await server.AssertUnharmedAsync();
    }

    private static byte[] Frame(int first, params ReadOnlySpan<byte> payload) => [(byte)first, (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload];

    private async Task<NetworkStream> OpenAsync(bool signedIn)
    {
        string header = signedIn ? $"Authorization: Bearer {await server.TokenAsync(server.NewName())}\r\n" : string.Empty;
        NetworkStream stream = await ConnectAsync(header);
        Assert.StartsWith("HTTP/1.1 101 ", await HeadAsync(stream), StringComparison.Ordinal);
        return stream;
    }

    private async Task<NetworkStream> ConnectAsync(string headers)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.Url.Host, server.Url.Port).WithinAsync();
        var stream = new NetworkStream(socket, ownsSocket: true);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /ws HTTP/1.1\r\nHost: {server.Url.Authority}\r\n{Request}{headers}\r\n")).AsTask().WithinAsync();
        return stream;
    }

    private static async Task<string> HeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one).AsTask().WithinAsync(what: "the head of the answer");
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private static async Task<int> CloseCodeAsync(NetworkStream stream)
    {
        while (true)
        {
            (int opcode, byte[] payload) = await FrameAsync(stream);
            if (opcode == 8)
            {
                return BinaryPrimitives.ReadUInt16BigEndian(payload);
            }
        }
    }

    private static async Task<(int Opcode, byte[] Payload)> FrameAsync(NetworkStream stream)
    {
        byte[] head = new byte[2];
        await stream.ReadExactlyAsync(head).AsTask().WithinAsync(what: "a frame");
        byte[] extended = new byte[head[1] switch { 126 => 2, 127 => 8, _ => 0 }];
        await stream.ReadExactlyAsync(extended).AsTask().WithinAsync();
        byte[] payload = new byte[extended.Length switch { 0 => head[1], 2 => BinaryPrimitives.ReadUInt16BigEndian(extended), _ => (int)BinaryPrimitives.ReadInt64BigEndian(extended) }];
        await stream.ReadExactlyAsync(payload).AsTask().WithinAsync();
        return (head[0] & 0x0F, payload);
    }
}
