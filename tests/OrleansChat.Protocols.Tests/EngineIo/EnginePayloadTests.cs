using System.Buffers;
using System.Text;
using OrleansChat.Protocols.EngineIo;

namespace OrleansChat.Protocols.Tests.EngineIo;

public sealed class EnginePayloadTests
{
    private static readonly EnginePacket[] Several =
    [
        new(EnginePacketType.Open, "{\"sid\":\"x\"}"u8.ToArray()),
        EnginePacket.Text("hello €"u8.ToArray()),
        EnginePacket.Binary(new byte[] { 1, 2, 3, 4 }),
        new(EnginePacketType.Ping),
        EnginePacket.Text(ReadOnlyMemory<byte>.Empty),
        EnginePacket.Binary(ReadOnlyMemory<byte>.Empty),
        new(EnginePacketType.Noop),
    ];

    [Fact]
    public void Packets_come_back_as_they_were_written()
    {
        byte[] payload = Write(Several);

        Assert.Equal("0{\"sid\":\"x\"}\u001e4hello €\u001ebAQIDBA==\u001e2\u001e4\u001eb\u001e6", Encoding.UTF8.GetString(payload));
        Assert.Equal(Several.Select(Show), ReadAll(payload)!.Select(Show));
    }

    [Fact]
    public void A_payload_split_at_any_byte_gives_the_same_packets()
    {
        byte[] payload = Write(Several);
        for (int split = 0; split <= payload.Length; split++)
        {
            var packets = new List<EnginePacket>();
            ReadOnlyMemory<byte> rest = payload.AsMemory(0, split);
            EnginePayloadStatus status;
            while ((status = EnginePayload.TryRead(ref rest, complete: false, out EnginePacket packet)) == EnginePayloadStatus.Packet)
            {
                packets.Add(packet);
            }

            Assert.Equal(EnginePayloadStatus.NeedsMore, status);
            packets.AddRange(ReadAll(payload.AsMemory(split - rest.Length))!);
            Assert.Equal(Several.Select(Show), packets.Select(Show));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("7")]
    [InlineData("b!")]
    [InlineData("bAQ=")]
    [InlineData("4a\u001e")]
    [InlineData("\u001e4a")]
    [InlineData("4a\u001e\u001e4b")]
    public void What_is_not_a_payload_is_invalid(string payload) => Assert.Null(ReadAll(Encoding.UTF8.GetBytes(payload)));

    [Fact]
    public void Text_that_is_not_UTF8_is_invalid() => Assert.Null(ReadAll(new byte[] { (byte)'4', 0xc3, 0x28 }));

    [Fact]
    public void Random_bytes_are_packets_or_invalid_but_never_an_exception()
    {
        var random = new Random(4711);
        byte[] alphabet = "0123456b4=AQ\u001e{}\"\u00e9"u8.ToArray();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] garbage = new byte[random.Next(40)];
            for (int n = 0; n < garbage.Length; n++)
            {
                garbage[n] = random.Next(4) == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];
            }

            if (ReadAll(garbage) is { } packets)
            {
                Assert.True(packets.Sum(packet => packet.Data.Length) <= garbage.Length);
            }
        }
    }

    [Fact]
    public void A_frame_is_a_digit_and_text()
    {
        Assert.True(EnginePacket.TryReadText("2probe"u8.ToArray(), out EnginePacket packet));
        byte[] frame = new byte[packet.FrameLength];
        Assert.Equal(6, packet.WriteFrame(frame));
        Assert.Equal("2probe", Encoding.UTF8.GetString(frame));
        Assert.Equal(EnginePacketType.Ping, packet.Type);
        Assert.False(EnginePacket.TryReadText("7x"u8.ToArray(), out _));
        Assert.False(EnginePacket.TryReadText(default, out _));
    }

    [Fact]
    public void The_handshake_says_what_clients_need()
    {
        var handshake = new EngineHandshake("abc", true, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(20), 65536);
        Assert.Equal(
            "{\"sid\":\"abc\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":65536}",
            Encoding.UTF8.GetString(handshake.ToPacket().Data.Span));
    }

    private static byte[] Write(EnginePacket[] packets)
    {
        var into = new ArrayBufferWriter<byte>();
        EnginePayload.Write(packets, into);
        return into.WrittenSpan.ToArray();
    }

    private static List<EnginePacket>? ReadAll(ReadOnlyMemory<byte> payload)
    {
        var packets = new List<EnginePacket>();
        do
        {
            if (EnginePayload.TryRead(ref payload, complete: true, out EnginePacket packet) != EnginePayloadStatus.Packet)
            {
                return null;
            }

            packets.Add(packet);
        }
        while (!payload.IsEmpty);
        return packets;
    }

    private static string Show(EnginePacket packet) => $"{packet.Type} {packet.IsBinary} {Convert.ToHexString(packet.Data.Span)}";
}
