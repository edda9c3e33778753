using System.Text;
using OrleansChat.Protocols.Line;

namespace OrleansChat.Protocols.Tests.Line;

public sealed class LineDecoderTests
{
    private const byte Iac = 255;

    public static TheoryData<string> Inputs() => new(
        "NICK alice\nWHO\nQUIT\n",
        "NICK alice\r\nWHO\r\n",
        "\n\r\n\n",
        "MSG bob \u00e4\u00f6\u00fc \U0001F600 \u4f60\u597d\n",
        "a\rb\r\r\nc\n",
        new string('x', LineDecoder.MaxLength) + "\nnext\n",
        new string('x', LineDecoder.MaxLength) + "\r\nnext\n",
        new string('x', LineDecoder.MaxLength + 1) + "\nnext\n",
        new string('x', LineDecoder.MaxLength) + "\ry\nnext\n");

    [Fact]
    public void A_line_ends_with_LF_or_CRLF() =>
        Assert.Equal(["NICK alice", "WHO", "QUIT"], Texts("NICK alice\nWHO\r\nQUIT\n"u8));

    [Fact]
    public void A_carriage_return_within_a_line_stays() => Assert.Equal(["a\rb\r"], Texts("a\rb\r\r\n"u8));

    [Fact]
    public void A_line_without_its_end_is_not_reported() => Assert.Empty(Texts("NICK alice"u8));

    [Fact]
    public void The_last_line_end_is_known()
    {
        var decoder = new LineDecoder();

        Read(decoder, "a\r\n"u8);
        bool telnet = decoder.EndsWithCarriageReturn;
        Read(decoder, "b\n"u8);

        Assert.True(telnet);
        Assert.False(decoder.EndsWithCarriageReturn);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void A_line_of_4096_bytes_is_read_with_either_end(string end) =>
        Assert.Equal([new string('x', 4096)], Texts(Encoding.UTF8.GetBytes(new string('x', 4096) + end)));

    [Fact]
    public void A_longer_line_is_reported_once_and_its_rest_discarded() =>
        Assert.Equal(
            [LineKind.TooLong, LineKind.Text],
            Kinds(Encoding.UTF8.GetBytes(new string('x', 10_000) + "\nWHO\n")));

    [Fact]
    public void A_longer_line_is_reported_before_it_ends() => Assert.Equal([LineKind.TooLong], Kinds(new byte[4097]));

    [Theory]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0xC3, 0x28 })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xFF, 0xFE })]
    [InlineData(new byte[] { 0xFF, 0xFE, 0xFD })]
    [InlineData(new byte[] { 0xFF, 0xFF })]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)' ', (byte)'a' })]
    [InlineData(new byte[] { 0xFF, (byte)'a' })]
    public void Bytes_that_are_no_utf8_make_the_line_bad_and_no_other(byte[] bytes) =>
        Assert.Equal([LineKind.BadUtf8, LineKind.Text], Kinds([.. "MSG bob "u8, .. bytes, .. "\nWHO\n"u8]));

    [Theory]
    [InlineData(new byte[] { Iac, 253, 3, Iac, 251, 24, Iac, 251, 31, Iac, 251, 32, Iac, 251, 33, Iac, 251, 34, Iac, 251, 39, Iac, 253, 5 })]
    [InlineData(new byte[] { Iac, 252, 1, Iac, 254, 1 })]
    [InlineData(new byte[] { Iac, 244, Iac, 253, 6 })]
    [InlineData(new byte[] { Iac, 250, 31, 0, 80, 0, 10, Iac, 240 })]
    [InlineData(new byte[] { Iac, 250, 24, 0, (byte)'X', Iac, Iac, Iac, 240 })]
    public void Telnet_commands_before_and_within_a_line_are_left_out(byte[] command)
    {
        Assert.Equal(["NICK alice"], Texts([.. command, .. "NICK alice\r\n"u8]));
        Assert.Equal(["NICK alice"], Texts([.. "NICK al"u8, .. command, .. "ice\r\n"u8]));
        Assert.Equal(["NICK alice"], Texts([.. "NICK alice\r"u8, .. command, .. "\n"u8]));
    }

    [Fact]
    public void A_subnegotiation_without_end_swallows_a_bounded_number_of_bytes()
    {
        byte[] input = [Iac, 250, 24, .. new byte[1000], .. "\nWHO\n"u8];

        Assert.Equal([LineKind.BadUtf8, LineKind.Text], Kinds(input));
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Where_the_input_is_split_makes_no_difference(string text)
    {
        byte[] input = Encoding.UTF8.GetBytes(text);
        IReadOnlyList<LineRead> whole = Pieces(input);

        for (int at = 0; at <= input.Length; at++)
        {
            Assert.Equal(whole, Pieces(input[..at], input[at..]));
        }

        Assert.Equal(whole, Pieces([.. input.Select(one => new[] { one })]));
    }

    [Fact]
    public void Random_garbage_is_read_the_same_however_it_is_split_and_never_longer_than_a_line()
    {
        byte[] likely = [Iac, Iac, 250, 240, 251, 252, 253, 254, 24, 31, 32, (byte)'\n', (byte)'\n', (byte)'\r', (byte)' ', (byte)'a', 0xC3, 0xA4, 0x80];
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            byte[] input = new byte[random.Next(1, 6000)];
            for (int i = 0; i < input.Length; i++)
            {
                input[i] = random.Next(8) > 0 || seed % 2 == 0 ? likely[random.Next(likely.Length)] : (byte)random.Next(256);
            }

            IReadOnlyList<LineRead> whole = Pieces(input);
            var pieces = new List<byte[]>();
            for (int at = 0; at < input.Length;)
            {
                int length = Math.Min(random.Next(1, 40), input.Length - at);
                pieces.Add(input[at..(at + length)]);
                at += length;
            }

            Assert.Equal(whole, Pieces([.. pieces]));
            Assert.All(whole, line => Assert.True(Encoding.UTF8.GetByteCount(line.Text) <= LineDecoder.MaxLength));
        }
    }

    private static string[] Texts(ReadOnlySpan<byte> input) => [.. Read(new LineDecoder(), input).Select(line => line.Text)];

    private static LineKind[] Kinds(ReadOnlySpan<byte> input) => [.. Read(new LineDecoder(), input).Select(line => line.Kind)];

    private static List<LineRead> Pieces(params byte[][] pieces)
    {
        var decoder = new LineDecoder();
        return [.. pieces.SelectMany(piece => Read(decoder, piece))];
    }

    private static List<LineRead> Read(LineDecoder decoder, ReadOnlySpan<byte> input)
    {
        var lines = new List<LineRead>();
        while (decoder.TryRead(ref input, out LineRead line))
        {
            lines.Add(line);
        }

        return lines;
    }
}
