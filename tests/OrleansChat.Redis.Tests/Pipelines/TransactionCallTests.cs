using System.Text;
using OrleansChat.Conversations;
using OrleansChat.Redis.Conversations;
using OrleansChat.Redis.Pipelines;

namespace OrleansChat.Redis.Tests.Pipelines;

/// <summary>Transactions as they come in from a connection: in pieces, refused as a whole or in part.</summary>
public sealed class TransactionCallTests
{
    private static readonly ConversationId[] Pair = [ConversationId.Direct("ann", "bob"), ConversationId.Group("team")];

    [Fact]
    public void Reply_is_read_wherever_it_is_cut_and_what_was_taken_is_not_read_again()
    {
        byte[] reply = Encoding.UTF8.GetBytes("+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n*2\r\n$2\r\nE1\r\n$1\r\n7\r\n*2\r\n$-1\r\n$-1\r\n");
        for (int cut = 0; cut <= reply.Length; cut++)
        {
            var call = new EndsCall(Pair);
            int kept = 0;
            if (cut < reply.Length)
            {
                var part = new RespReader(reply.AsSpan(0, cut));
                Assert.False(call.TryReadReply(ref part, out _));
                kept = part.Kept;
            }

            var rest = new RespReader(reply.AsSpan(kept));
            Assert.True(call.TryReadReply(ref rest, out string? error));
            Assert.Equal(reply.Length, kept + rest.Consumed);
            Assert.Null(error);
            Assert.Equal([new KnownPosition("E1", 7), new KnownPosition(string.Empty, 0)], call.Ends);
        }
    }

    [Theory]
    [InlineData("-LOADING not yet\r\n-LOADING not yet\r\n-LOADING not yet\r\n-ERR EXEC without MULTI\r\n", "LOADING not yet")]
    [InlineData("+OK\r\n+QUEUED\r\n-OOM no\r\n-EXECABORT refused\r\n", "OOM no")]
    [InlineData("+OK\r\n+QUEUED\r\n+QUEUED\r\n*-1\r\n", "EXEC was not carried out.")]
    [InlineData("+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n-WRONGTYPE it is\r\n*2\r\n$1\r\nE\r\n$1\r\n1\r\n", "WRONGTYPE it is")]
    public void Refusal_is_told_once_all_replies_are_taken(string reply, string expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(reply);
        var call = new EndsCall(Pair);

        var reader = new RespReader(bytes);
        Assert.True(call.TryReadReply(ref reader, out string? error));

        Assert.Equal((expected, bytes.Length), (error, reader.Consumed));
    }

    [Fact]
    public void Call_that_is_tried_again_begins_anew()
    {
        var call = new EndsCall(Pair);
        var refused = new RespReader("-LOADING\r\n-LOADING\r\n-LOADING\r\n-LOADING\r\n"u8);
        Assert.True(call.TryReadReply(ref refused, out _));
        call.Renew();

        var answered = new RespReader("+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n*2\r\n$1\r\nE\r\n$1\r\n1\r\n*2\r\n$1\r\nF\r\n$1\r\n2\r\n"u8);
        Assert.True(call.TryReadReply(ref answered, out string? error));

        Assert.Null(error);
        Assert.Equal([new KnownPosition("E", 1), new KnownPosition("F", 2)], call.Ends);
    }

    [Theory]
    [InlineData(":1\r\n")]
    [InlineData("+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n$1\r\nx\r\n")]
    [InlineData("+OK\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n")]
    public void What_is_not_a_reply_ends_the_connection(string reply) =>
        Assert.Throws<RespException>(() =>
        {
            var reader = new RespReader(Encoding.UTF8.GetBytes(reply));
            new EndsCall(Pair).TryReadReply(ref reader, out _);
        });

    [Fact]
    public void Commands_written_are_as_many_as_replies_expected()
    {
        foreach (TransactionCall call in new TransactionCall[]
        {
            new EndsCall(Pair),
            new SummariesCall(Pair, null, new Actor("ann", string.Empty, "n")),
            new SummariesCall(Pair, [4, 12], new Actor("änn", string.Empty, "n")),
        })
        {
            var buffer = new RespBuffer();
            call.Write(buffer);
            var words = new RespReader(buffer.Written.Span);
            int commands = 0;
            while (words.Consumed < buffer.Length)
            {
                Assert.True(words.TryList(20, out int count));
                for (int i = 0; i < count; i++)
                {
                    Assert.True(words.TryText(100, out _));
                }

                commands++;
            }

            // As many acknowledgements and the list of EXEC are taken, and nothing more.
            byte[] reply = Encoding.ASCII.GetBytes("+OK\r\n" + string.Concat(Enumerable.Repeat("+QUEUED\r\n", commands - 2)) + "-EXECABORT\r\n");
            var reader = new RespReader(reply);
            Assert.True(call.TryReadReply(ref reader, out string? error));
            Assert.Equal(("EXECABORT", reply.Length), (error, reader.Consumed));
        }
    }
}
