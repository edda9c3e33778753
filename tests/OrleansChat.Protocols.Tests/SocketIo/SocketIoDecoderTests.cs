using System.Text;
using OrleansChat.Protocols.SocketIo;

namespace OrleansChat.Protocols.Tests.SocketIo;

public sealed class SocketIoDecoderTests
{
    public static TheoryData<string> WholePackets => new(
        "0", "0{\"token\":\"123\"}", "0/admin,", "0/admin", "0/admin,{\"a\":1}", "1", "1/admin,", "1/admin",
        "2[\"hey\"]", "2[1,\"x\"]", "212[\"hey\",{\"a\":[null,true,1.5]}]", "2/admin,456[\"project:delete\",123]", "3[]", "3/admin,456[]", "312[1]",
        "4{\"message\":\"no\"}", "4\"no\"", "50-[\"hey\"]", "60-12[]");

    public static TheoryData<string> BadPackets => new(
        "", "7", "x", "abc", "2", "2{}", "2[]", "2[null]", "2[{}]", "2[\"hey\"", "2[\"hey\"]x", "2[\"connect\"]", "2[\"disconnecting\"]", "2[\"newListener\"]",
        "2abc[\"a\"]", "2-1[\"a\"]", "21234567890123456[\"a\"]", "0[]", "0\"x\"", "1{}", "1[]", "3{}", "3", "4", "4[]", "5[\"a\"]", "51[\"a\"]", "5-[\"a\"]", "5a-[\"a\"]",
        "517-[\"a\"]", "51-[\"a\",{\"_placeholder\":true,\"num\":1}]", "51-[\"a\",{\"num\":-1,\"_placeholder\":true}]", "51-[\"a\",{\"_placeholder\":true}]",
        "51-[\"a\",[[{\"x\":{\"_placeholder\":true,\"num\":\"0\"}}]]]", "2[\"\\ud800\"]",
        "51-[\"a\",{\"_placeholder\":true,\"num\":9,\"x\":{}}]", "51-[\"a\",{\"x\":[{}],\"_placeholder\":true,\"num\":{\"num\":0}}]");

    [Theory]
    [MemberData(nameof(WholePackets))]
    public void A_whole_packet_is_read_and_written_back(string text)
    {
        Assert.Equal(SocketIoStatus.Packet, New().Add(Bytes(text), out SocketIoPacket? packet));

        string written = Encoding.UTF8.GetString(SocketIoEncoder.Encode(packet!));
        Assert.Equal(text.Contains("/admin", StringComparison.Ordinal) && !text.Contains(',', StringComparison.Ordinal) ? text + "," : text, written);
    }

    [Theory]
    [MemberData(nameof(BadPackets))]
    public void What_is_not_a_packet_is_invalid(string text)
    {
        Assert.Equal(SocketIoStatus.Invalid, New().Add(Bytes(text), out SocketIoPacket? packet));
        Assert.Null(packet);
    }

    [Theory]
    [MemberData(nameof(WholePackets))]
    public void A_packet_cut_off_at_any_byte_is_another_packet_or_invalid(string text)
    {
        for (int length = 0; length < text.Length; length++)
        {
            SocketIoStatus status = New().Add(Bytes(text[..length]), out SocketIoPacket? packet);
            Assert.Equal(status == SocketIoStatus.Packet, packet is not null);
        }
    }

    [Fact]
    public void Attachments_complete_a_packet_in_their_order()
    {
        SocketIoDecoder decoder = New();
        string text = "52-/admin,7[\"baz\",{\"deep\":[{\"_placeholder\":true,\"num\":1}]},{\"_placeholder\":true,\"num\":0}]";

        Assert.Equal(SocketIoStatus.NeedsMore, decoder.Add(Bytes(text), out _));
        Assert.Equal(SocketIoStatus.NeedsMore, decoder.AddBinary(new byte[] { 1 }, out _));
        Assert.Equal(SocketIoStatus.Packet, decoder.AddBinary(new byte[] { 2, 3 }, out SocketIoPacket? packet));

        Assert.Equal(SocketIoPacketType.BinaryEvent, packet!.Type);
        Assert.Equal("/admin", packet.Namespace);
        Assert.Equal(7, packet.Id);
        Assert.Equal(["01", "0203"], packet.Attachments.Select(attachment => Convert.ToHexString(attachment.Span)));
        Assert.Equal(text, Encoding.UTF8.GetString(SocketIoEncoder.Encode(packet)));
        Assert.Equal(SocketIoStatus.Packet, decoder.Add("2[\"next\"]"u8.ToArray(), out _));
    }

    [Fact]
    public void Text_between_attachments_and_attachments_without_a_packet_are_invalid()
    {
        SocketIoDecoder decoder = New();
        Assert.Equal(SocketIoStatus.Invalid, decoder.AddBinary(new byte[] { 1 }, out _));
        Assert.Equal(SocketIoStatus.NeedsMore, decoder.Add("51-[\"a\",{\"_placeholder\":true,\"num\":0}]"u8.ToArray(), out _));
        Assert.Equal(SocketIoStatus.Invalid, decoder.Add("2[\"a\"]"u8.ToArray(), out _));
        Assert.Equal(SocketIoStatus.Invalid, decoder.AddBinary(new byte[] { 1 }, out _));
    }

    [Fact]
    public void Size_depth_and_names_are_bounded()
    {
        SocketIoDecoder decoder = New(new SocketIoLimits { Bytes = 100, Depth = 4, Namespace = 8 });
        Assert.Equal(SocketIoStatus.Invalid, decoder.Add(Bytes($"2[\"{new string('x', 100)}\"]"), out _));
        Assert.Equal(SocketIoStatus.Invalid, decoder.Add(Bytes("2[\"a\",[[[[[1]]]]]]"), out _));
        Assert.Equal(SocketIoStatus.Invalid, decoder.Add(Bytes("0/namespaces"), out _));
        Assert.Equal(SocketIoStatus.NeedsMore, decoder.Add(Bytes("52-[\"a\"]"), out _));
        Assert.Equal(SocketIoStatus.NeedsMore, decoder.AddBinary(new byte[50], out _));
        Assert.Equal(SocketIoStatus.Invalid, decoder.AddBinary(new byte[50], out _));
    }

    [Fact]
    public void Random_bytes_are_packets_or_invalid_but_never_an_exception()
    {
        var random = new Random(815);
        byte[] alphabet = "0123456-/,[]{}\"a_placeholdernum:true\\ud8"u8.ToArray();
        SocketIoDecoder decoder = New();
        for (int i = 0; i < 50_000; i++)
        {
            byte[] garbage = new byte[random.Next(30)];
            for (int n = 0; n < garbage.Length; n++)
            {
                garbage[n] = random.Next(8) == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];
            }

            SocketIoStatus status = random.Next(5) == 0 ? decoder.AddBinary(garbage, out SocketIoPacket? packet) : decoder.Add(garbage, out packet);
            Assert.Equal(status == SocketIoStatus.Packet, packet is not null);
        }
    }

    [Fact]
    public void Packets_changed_at_any_byte_are_packets_or_invalid_but_never_an_exception()
    {
        var random = new Random(99);
        foreach (TheoryDataRow<string> row in WholePackets)
        {
            byte[] text = Bytes(row.Data);
            for (int at = 0; at < text.Length; at++)
            {
                for (int i = 0; i < 16; i++)
                {
                    byte[] changed = [.. text];
                    changed[at] = (byte)random.Next(256);
                    SocketIoStatus status = New().Add(changed, out SocketIoPacket? packet);
                    Assert.Equal(status == SocketIoStatus.Packet, packet is not null);
                }
            }
        }
    }

    [Fact]
    public void Answers_and_events_are_written_as_clients_read_them()
    {
        Assert.Equal("0{\"sid\":\"s\"}", Encoding.UTF8.GetString(SocketIoEncoder.Connected("/", "s", null)));
        Assert.Equal("0/a,{\"sid\":\"s\",\"pid\":\"p\"}", Encoding.UTF8.GetString(SocketIoEncoder.Connected("/a", "s", "p")));
        Assert.Equal("4/a,{\"message\":\"no\"}", Encoding.UTF8.GetString(SocketIoEncoder.Refused("/a", "no")));
        Assert.Equal("312[{\"ok\":1}]", Encoding.UTF8.GetString(SocketIoEncoder.Ack("/", 12, "{\"ok\":1}"u8)));
        Assert.Equal("2[\"x\",{}", Encoding.UTF8.GetString(SocketIoEncoder.OpenEvent("x", "{}"u8)));
    }

    private static SocketIoDecoder New(SocketIoLimits? limits = null) => new(limits ?? new SocketIoLimits());

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
