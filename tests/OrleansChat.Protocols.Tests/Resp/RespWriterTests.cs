using System.Buffers;
using System.Text;
using OrleansChat.Protocols.Resp;

namespace OrleansChat.Protocols.Tests.Resp;

public sealed class RespWriterTests
{
    public static TheoryData<RespValue, string, string> Replies => new()
    {
        { RespValue.Ok, "+OK\r\n", "+OK\r\n" },
        { RespValue.Error("ERR no\r\n+OK"), "-ERR no  +OK\r\n", "-ERR no  +OK\r\n" },
        { RespValue.Integer(long.MinValue), ":-9223372036854775808\r\n", ":-9223372036854775808\r\n" },
        { RespValue.Bulk("caf\u00e9\r\n"), "$7\r\ncaf\u00e9\r\n\r\n", "$7\r\ncaf\u00e9\r\n\r\n" },
        { RespValue.Bulk(string.Empty), "$0\r\n\r\n", "$0\r\n\r\n" },
        { RespValue.Null, "$-1\r\n", "_\r\n" },
        { RespValue.NullArray, "*-1\r\n", "_\r\n" },
        { RespValue.EmptyArray, "*0\r\n", "*0\r\n" },
        { RespValue.Array(RespValue.Integer(1), RespValue.Array(RespValue.Null)), "*2\r\n:1\r\n*1\r\n$-1\r\n", "*2\r\n:1\r\n*1\r\n_\r\n" },
        { RespValue.Map(RespValue.Bulk("a"), RespValue.Integer(1)), "*2\r\n$1\r\na\r\n:1\r\n", "%1\r\n$1\r\na\r\n:1\r\n" },
        { RespValue.Push(RespValue.Bulk("a")), "*1\r\n$1\r\na\r\n", ">1\r\n$1\r\na\r\n" },
        { RespValue.Several([RespValue.Ok, RespValue.Ok]), "+OK\r\n+OK\r\n", "+OK\r\n+OK\r\n" },
        { RespValue.Several([]), "", "" },
    };

    [Theory]
    [MemberData(nameof(Replies))]
    public void A_reply_is_written_in_either_version(RespValue value, string two, string three)
    {
        Assert.Equal(two, Write(value, 2));
        Assert.Equal(three, Write(value, 3));
    }

    private static string Write(RespValue value, int version)
    {
        var output = new ArrayBufferWriter<byte>();
        RespWriter.Write(output, value, version);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
