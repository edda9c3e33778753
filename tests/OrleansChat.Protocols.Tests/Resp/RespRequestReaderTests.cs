using System.Buffers;
using System.Text;
using OrleansChat.Protocols.Resp;

namespace OrleansChat.Protocols.Tests.Resp;

public sealed class RespRequestReaderTests
{
    private static readonly RespLimits Small = new() { Arguments = 4, Bulk = 16, Request = 24, Line = 32 };

    [Theory]
    [InlineData("*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n", "ECHO|hi")]
    [InlineData("*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nQUIT\r\n", "PING", "QUIT")]
    [InlineData("*2\r\n$4\r\nECHO\r\n$0\r\n\r\n", "ECHO|")]
    [InlineData("*2\r\n$4\r\nECHO\r\n$4\r\n\r\n\r\n\r\n", "ECHO|\r\n\r\n")]
    [InlineData("PING\r\n", "PING")]
    [InlineData("\r\n\n*0\r\n*-1\r\n  PING  me \n", "PING|me")]
    [InlineData("\"a b\" 'c d' \"\\x41\\n\\\"\" 'it\\'s'\r\n", "a b|c d|A\n\"|it's")]
    [InlineData("ECHO \"\"\r\n", "ECHO|")]
    public void Requests_are_the_same_however_the_input_is_split(string input, params string[] requests)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(input);

        Assert.Equal(requests, Read([bytes]).Requests);
        Assert.Equal(requests, Read(bytes.Select(one => new[] { one })).Requests);
        for (int split = 1; split < bytes.Length; split++)
        {
            Assert.Equal(requests, Read([bytes[..split], bytes[split..]]).Requests);
        }
    }

    [Theory]
    [InlineData("*5\r\n", "invalid multibulk length")]
    [InlineData("*x\r\n", "invalid multibulk length")]
    [InlineData("*99999999999999999999\r\n", "invalid multibulk length")]
    [InlineData("*1\r\n:1\r\n", "expected '$', got ':'")]
    [InlineData("*1\r\n*1\r\n", "expected '$', got '*'")]
    [InlineData("*1\r\n\r\n", "expected '$', got ' '")]
    [InlineData("*1\r\n$17\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$-1\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$+1\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$1\r\nabc", "invalid bulk length")]
    [InlineData("*2\r\n$16\r\n0123456789abcdef\r\n$16\r\n", "invalid bulk length")]
    [InlineData("GET \"a\r\n", "unbalanced quotes in request")]
    [InlineData("GET 'a'b\r\n", "unbalanced quotes in request")]
    [InlineData("a b c d e\r\n", "invalid multibulk length")]
    [InlineData("012345678901234567890123456789012345", "too big inline request")]
    [InlineData("*1\r\n$00000000000000000000000000000000000", "too big bulk count string")]
    public void What_is_no_request_is_an_error_however_the_input_is_split(string input, string error)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(input);

        Assert.Equal(error, Read([bytes]).Error);
        Assert.Equal(error, Read(bytes.Select(one => new[] { one })).Error);
    }

    [Fact]
    public void Nothing_is_read_after_an_error()
    {
        var reader = new RespRequestReader(Small);
        var input = new ReadOnlySequence<byte>("*x\r\nPING\r\n"u8.ToArray());

        Assert.Equal(RespStatus.Error, reader.Read(ref input, out _));
        Assert.Equal(RespStatus.Error, reader.Read(ref input, out _));
    }

    [Fact]
    public void Garbage_is_read_or_refused_but_never_held_beyond_the_limits()
    {
        const string Alphabet = "*$:+-_%0123456789\r\n\r\n\r\n \"'\\xPINGé";
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = new byte[random.Next(1, 200)];
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = random.Next(10) == 0 ? (byte)random.Next(256) : (byte)Alphabet[random.Next(Alphabet.Length)];
            }

            (List<string> whole, string? error, long held) = Read([bytes]);
            int split = random.Next(bytes.Length);
            (List<string> halves, string? sameError, _) = Read([bytes[..split], bytes[split..]]);

            Assert.Equal(whole, halves);
            Assert.Equal(error, sameError);
            Assert.InRange(held, 0, Small.Line + Small.Bulk + 4);
        }
    }

    [Fact]
    public void A_length_that_is_only_promised_costs_nothing()
    {
        var limits = new RespLimits { Arguments = 1_000_000, Bulk = int.MaxValue - 2, Request = int.MaxValue };
        long before = GC.GetAllocatedBytesForCurrentThread();
        var reader = new RespRequestReader(limits);
        var input = new ReadOnlySequence<byte>("*1000000\r\n$2000000000\r\nabc"u8.ToArray());

        Assert.Equal(RespStatus.More, reader.Read(ref input, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024);
    }

    private static (List<string> Requests, string? Error, long Held) Read(IEnumerable<byte[]> pieces)
    {
        var reader = new RespRequestReader(Small);
        var requests = new List<string>();
        byte[] left = [];
        foreach (byte[] piece in pieces)
        {
            var input = new ReadOnlySequence<byte>([.. left, .. piece]);
            RespStatus status;
            while ((status = reader.Read(ref input, out byte[][] arguments)) == RespStatus.Request)
            {
                requests.Add(string.Join('|', arguments.Select(Encoding.UTF8.GetString)));
            }

            if (status == RespStatus.Error)
            {
                return (requests, reader.Error, 0);
            }

            left = input.ToArray();
        }

        return (requests, null, left.Length);
    }
}
