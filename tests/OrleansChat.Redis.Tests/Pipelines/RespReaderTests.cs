using System.Text;
using OrleansChat.Redis.Pipelines;

namespace OrleansChat.Redis.Tests.Pipelines;

public sealed class RespReaderTests
{
    [Fact]
    public void A_reply_is_read_once_its_last_byte_has_arrived()
    {
        byte[] reply = "*4\r\n$3\r\nabc\r\n:-7\r\n$2\r\n42\r\n:0\r\n"u8.ToArray();
        for (int length = 0; length < reply.Length; length++)
        {
            Assert.Null(Read(reply.AsSpan(0, length)));
        }

        Assert.Equal("abc -7 42 0", Read(reply));
        Assert.Equal("abc -7 42 0", Read([.. reply, .. ":1\r\n"u8]));
    }

    [Theory]
    [InlineData("+OK\r\n")]
    [InlineData("*5\r\n")]
    [InlineData("*-1\r\n")]
    [InlineData("*99999999999999999999\r\n")]
    [InlineData("*4\r\n$65\r\n")]
    [InlineData("*4\r\n$-1\r\n")]
    [InlineData("*4\r\n:1\r\n")]
    [InlineData("*4\r\n$3\r\nabcde")]
    [InlineData("*4\r\n$3\r\nabc\r\n:1x\r\n")]
    [InlineData("*4\r\n$3\r\nabc\r\n:\r\n")]
    [InlineData("*4\r\n$3\r\nabc\r\n$21\r\n")]
    [InlineData("*4\r\n$3\r\nabc\r\n-ERR no\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    public void What_was_not_expected_is_an_error(string reply) =>
        Assert.Throws<RespException>(() => Read(Encoding.ASCII.GetBytes(reply)));

    [Fact]
    public void Errors_are_told_from_replies_by_their_first_byte()
    {
        var reader = new RespReader("-ERR no\r\n:1\r\n"u8);
        Assert.True(reader.IsError);
        Assert.True(reader.TryError(out ReadOnlySpan<byte> text));
        Assert.Equal("ERR no", Encoding.ASCII.GetString(text));
        Assert.False(reader.IsError);
        Assert.False(new RespReader(default).IsError);
    }

    [Fact]
    public void A_buffer_writes_what_the_protocol_says()
    {
        var buffer = new RespBuffer();
        buffer.Command(7);
        buffer.Text("é");
        buffer.Text("guest", "x1", "ü", ' ');
        buffer.Text("user", null, "1", ' ');
        buffer.Text("user", null, null, ' ');
        buffer.Number(long.MinValue);
        buffer.Bytes([]);
        buffer.ConversationKey("d:a:b", "ids:0"u8);

        Assert.Equal(
            "*7\r\n$2\r\né\r\n$11\r\nguest x1 ü\r\n$6\r\nuser 1\r\n$4\r\nuser\r\n$20\r\n-9223372036854775808\r\n$0\r\n\r\n$15\r\n{c:d:a:b}:ids:0\r\n",
            Encoding.UTF8.GetString(buffer.Written.Span));
    }

    [Fact]
    public void A_buffer_grows_and_takes_back()
    {
        var buffer = new RespBuffer();
        buffer.Text("kept");
        int before = buffer.Length;
        string kept = Encoding.UTF8.GetString(buffer.Written.Span);
        buffer.Bytes(new byte[3_000_000]);
        Assert.True(buffer.Length > 3_000_000);

        buffer.TakeBack(before);
        Assert.Equal(kept, Encoding.UTF8.GetString(buffer.Written.Span));
        buffer.Clear();
        Assert.Equal(0, buffer.Length);
    }

    // Null when more has to arrive.
    private static string? Read(ReadOnlySpan<byte> arrived)
    {
        var reader = new RespReader(arrived);
        return reader.TryList(4, out int count) && reader.TryText(64, out ReadOnlySpan<byte> text)
            && reader.TryNumber(out long one) && reader.TryNumber(out long two) && reader.TryNumber(out long three)
            ? $"{Encoding.ASCII.GetString(text)} {one} {two} {three}"
            : null;
    }
}
