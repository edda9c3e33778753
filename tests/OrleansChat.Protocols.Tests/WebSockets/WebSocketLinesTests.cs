using System.Buffers;
using System.Text;
using OrleansChat.Protocols.WebSockets;

namespace OrleansChat.Protocols.Tests.WebSockets;

public sealed class WebSocketLinesTests
{
    private const int Longest = 70_000;

    public static TheoryData<byte[]> NoClientMaySend => new()
    {
        { [0x81, 0x00] },
        { [0x81, 0x7E, 0x00, 0x80, .. new byte[128]] },
        { ClientFrames.Of(0xC1, 1) },
        { ClientFrames.Of(0x91, 1) },
        { ClientFrames.Of(0xA1, 1) },
        { ClientFrames.Of(0x83, 1) },
        { ClientFrames.Of(0x87, 1) },
        { ClientFrames.Of(0x8B, 1) },
        { ClientFrames.Of(0x80, 1) },
        { ClientFrames.Of(0x00, 1) },
        { [.. ClientFrames.Text("a", final: false), .. ClientFrames.Text("b")] },
        { [.. ClientFrames.Text("a", final: false), .. ClientFrames.Of(0x82, 1)] },
        { ClientFrames.Of(0x09, 1) },
        { ClientFrames.Of(0x89, new byte[126]) },
        { ClientFrames.Of(0x88, 3) },
        { ClientFrames.Close(999) },
        { ClientFrames.Close(1005) },
        { ClientFrames.Close(1006) },
        { ClientFrames.Close(1015) },
        { ClientFrames.Close(2999) },
        { ClientFrames.Close(5000) },
        { [0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4] },
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(1000)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public void Message_of_any_length_comes_out_as_a_line(int length)
    {
        using var lines = new WebSocketLines(Longest);
        string text = new('x', length);
        byte[] frame = ClientFrames.Text(text);

        Assert.Equal(frame.Length, lines.Take(new ReadOnlySequence<byte>(frame)));

        Assert.Equal(text + "\n", Encoding.UTF8.GetString(lines.Messages.Span));
    }

    [Fact]
    public void Messages_are_the_same_however_the_bytes_are_cut()
    {
        byte[] bytes =
        [
            .. ClientFrames.Text("""{"do":"ping"}"""), .. ClientFrames.Text("grü", final: false), .. ClientFrames.Of(0x89, "now?"u8),
            .. ClientFrames.More("ß", final: false), .. ClientFrames.Of(0x8A), .. ClientFrames.More(" dich", final: true),
            .. ClientFrames.Text(new string('y', 300)), .. ClientFrames.Of(0x89, "again"u8), .. ClientFrames.Close(1000, "done"),
        ];
        for (int size = 1; size <= bytes.Length; size++)
        {
            using var lines = new WebSocketLines(Longest);

            Assert.Equal(bytes.Length, lines.Take(ClientFrames.Split(bytes, size)));

            Assert.Equal("{\"do\":\"ping\"}\ngrüß dich\n" + new string('y', 300) + "\n", Encoding.UTF8.GetString(lines.Messages.Span));
            Assert.Equal("again"u8.ToArray(), lines.TakePing());
            Assert.Null(lines.TakePing());
            Assert.True(lines.IsClosed);
            Assert.Equal(WebSocketFault.None, lines.Fault);
        }
    }

    [Fact]
    public void Character_may_be_cut_by_fragments_and_reads()
    {
        byte[] text = "👍ü"u8.ToArray();
        for (int cut = 0; cut <= text.Length; cut++)
        {
            using var lines = new WebSocketLines(Longest);
            lines.Take(new ReadOnlySequence<byte>(ClientFrames.Of(0x01, text.AsSpan(0, cut))));
            Assert.True(lines.Messages.IsEmpty);
            lines.Clear();
            lines.Take(new ReadOnlySequence<byte>(ClientFrames.Of(0x80, text.AsSpan(cut))));

            Assert.Equal("👍ü\n", Encoding.UTF8.GetString(lines.Messages.Span));
        }
    }

    [Fact]
    public void So_many_messages_are_taken_that_they_fill_a_batch_and_the_rest_later()
    {
        using var lines = new WebSocketLines(Longest);
        byte[] frame = ClientFrames.Text(new string('z', 1000));
        byte[] bytes = [.. Enumerable.Repeat(frame, 100).SelectMany(one => one)];
        var rest = new ReadOnlySequence<byte>(bytes);
        int got = 0;
        while (!rest.IsEmpty)
        {
            rest = rest.Slice(lines.Take(rest));
            Assert.InRange(lines.Messages.Length, 1001, WebSocketLines.Batch + 1001);
            got += lines.Messages.Length / 1001;
            lines.Clear();
        }

        Assert.Equal(100, got);
    }

    [Theory]
    [MemberData(nameof(NoClientMaySend))]
    public void Frame_that_no_client_may_send_is_a_fault_wherever_it_is_cut_and_after_what_came_before(byte[] wrong)
    {
        byte[] bytes = [.. ClientFrames.Text("before"), .. wrong, .. ClientFrames.Text("after")];
        for (int size = 1; size <= bytes.Length; size++)
        {
            using var lines = new WebSocketLines(Longest);
            lines.Take(ClientFrames.Split(bytes, size));

            Assert.Equal(WebSocketFault.Protocol, lines.Fault);
            Assert.Equal("before\n", Encoding.UTF8.GetString(lines.Messages.Span));
            lines.Clear();
            Assert.Equal(0, lines.Take(new ReadOnlySequence<byte>(ClientFrames.Text("later"))));
        }
    }

    [Fact]
    public void Text_that_is_no_UTF8_is_a_fault_and_so_is_the_reason_of_a_close()
    {
        foreach (byte[] wrong in (byte[][])[ClientFrames.Of(0x81, 0x61, 0xFF), ClientFrames.Of(0x81, 0xED, 0xA0, 0x80), ClientFrames.Of(0x88, 0x03, 0xE8, 0xC0)])
        {
            using var lines = new WebSocketLines(Longest);
            lines.Take(new ReadOnlySequence<byte>(wrong));

            Assert.Equal(WebSocketFault.NotUtf8, lines.Fault);
            Assert.True(lines.Messages.IsEmpty);
        }
    }

    [Fact]
    public void Bytes_are_a_fault_of_their_own()
    {
        using var lines = new WebSocketLines(Longest);
        lines.Take(new ReadOnlySequence<byte>(ClientFrames.Of(0x82, 1, 2, 3)));

        Assert.Equal(WebSocketFault.NotText, lines.Fault);
    }

    [Fact]
    public void Message_beyond_the_limit_is_refused_by_its_header_in_one_piece_or_many()
    {
        using var whole = new WebSocketLines(100);
        whole.Take(new ReadOnlySequence<byte>(ClientFrames.Text(new string('a', 101))));
        Assert.Equal(WebSocketFault.TooLarge, whole.Fault);

        using var pieces = new WebSocketLines(100);
        pieces.Take(new ReadOnlySequence<byte>([.. ClientFrames.Text("x"), .. ClientFrames.Text(new string('a', 60), final: false), .. ClientFrames.More(new string('a', 40), final: false)]));
        Assert.Equal(WebSocketFault.None, pieces.Fault);
        pieces.Take(new ReadOnlySequence<byte>(ClientFrames.More("a", final: true)));
        Assert.Equal(WebSocketFault.TooLarge, pieces.Fault);
    }

    [Fact]
    public void Nothing_is_taken_after_a_close()
    {
        using var lines = new WebSocketLines(Longest);
        byte[] close = ClientFrames.Of(0x88);

        Assert.Equal(close.Length, lines.Take(new ReadOnlySequence<byte>([.. close, .. ClientFrames.Text("x")])));
        Assert.True(lines.IsClosed);
        Assert.True(lines.Messages.IsEmpty);
    }

    [Fact]
    public void Mask_is_taken_off_at_every_length_and_phase()
    {
        byte[] mask = [0xA1, 0xB2, 0xC3, 0xD4];
        for (int length = 0; length < 40; length++)
        {
            for (int phase = 0; phase < 9; phase++)
            {
                byte[] bytes = [.. Enumerable.Range(0, length).Select(i => (byte)(i ^ mask[(i + phase) % 4]))];
                WebSocketMask.Remove(bytes, BitConverter.ToUInt32(mask), phase);
                Assert.Equal(Enumerable.Range(0, length).Select(i => (byte)i), bytes);
            }
        }
    }

    [Theory]
    [InlineData(0, "8100")]
    [InlineData(125, "817D")]
    [InlineData(126, "817E007E")]
    [InlineData(65_535, "817EFFFF")]
    [InlineData(65_536, "817F0000000000010000")]
    public void Servers_header_is_as_short_as_the_length_permits(int length, string expected)
    {
        byte[] target = new byte[WebSocketHeader.MaxServerLength];

        int written = WebSocketHeader.Write(target, WebSocketHeader.Text, length);

        Assert.Equal(expected, Convert.ToHexString(target.AsSpan(0, written)));
    }

    [Fact]
    public void Protocol_whose_messages_are_no_lines_is_told_where_each_ends()
    {
        byte[] bytes =
        [
            .. ClientFrames.Text("a\nb"), .. ClientFrames.Of(0x82, 10, 0xFF), .. ClientFrames.Text(string.Empty), .. ClientFrames.Of(0x02, 1),
            .. ClientFrames.Of(0x89, 7), .. ClientFrames.Of(0x80, 0xC3), .. ClientFrames.Text("c", final: false), .. ClientFrames.Of(0x80, (byte)'d'),
        ];
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            using var lines = new WebSocketLines(100, each: true);
            lines.Take(new ReadOnlySequence<byte>(bytes.AsMemory(0, cut)));
            lines.Take(new ReadOnlySequence<byte>(bytes.AsMemory(cut)));

            Assert.Equal(WebSocketFault.None, lines.Fault);
            Assert.Equal([new(3, false), new(6, true), new(7, false), new(10, true), new(13, false)], lines.Ends);
            Assert.Equal([.. "a\nb\n"u8, 10, 0xFF, 10, 10, 1, 0xC3, 10, .. "cd\n"u8], lines.Messages.ToArray());
            lines.Clear();
            Assert.Empty(lines.Ends);
        }
    }

    [Fact]
    public void Text_is_UTF8_beside_bytes_too()
    {
        using var lines = new WebSocketLines(100, each: true);
        lines.Take(new ReadOnlySequence<byte>((byte[])[.. ClientFrames.Of(0x82, 0xFF), .. ClientFrames.Of(0x81, 0xFF)]));

        Assert.Equal(WebSocketFault.NotUtf8, lines.Fault);
        Assert.Equal([new(1, true)], lines.Ends);
    }
}
