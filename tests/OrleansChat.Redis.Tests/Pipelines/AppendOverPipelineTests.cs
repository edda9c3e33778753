using System.Text;
using Microsoft.Extensions.Options;
using OrleansChat.Conversations;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Conversations;
using OrleansChat.Redis.Pipelines;
using OrleansChat.Redis.Tests.Conversations;
using OrleansChat.Testing;
using StackExchange.Redis;

namespace OrleansChat.Redis.Tests.Pipelines;

/// <summary>The append over its own connection. What the log promises is in the suites of the log, which go this way too.</summary>
public sealed class AppendOverPipelineTests
{
    [Theory]
    [InlineData(true, null)]
    [InlineData(false, null)]
    [InlineData(false, "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01")]
    public void Both_ways_to_Redis_say_the_same(bool direct, string? trace)
    {
        ConversationId conversation = direct ? ConversationId.Direct("ann", "bob") : ConversationId.Group("team");
        SendRequest[] sends =
        [
            new(new Actor("ann", string.Empty, "n1"), "c-1", 0, "plain"u8.ToArray()),
            new(new Actor("bob", "inc", "n1"), "ç-2", ulong.MaxValue, new byte[] { 0, 255, 13, 10 }, long.MaxValue),
        ];
        var batch = new AppendBatch(
            conversation, sends, new KnownPosition("epoch", 41), direct ? [new NewMember("ann", string.Empty), new NewMember("bob", "inc")] : null);
        var step = new AppendStep(batch, sends, new ChatLimits { GroupMessagesPerSecond = direct ? 5 : 0 }, trace);
        var keys = new ConversationKeys(conversation);
        RedisKey[] expectedKeys = [keys.Meta, keys.Log, keys.Members, keys.Ids(0), keys.Ids(1), keys.Read, keys.Bans];

        var buffer = new RespBuffer();
        new AppendCall(RedisScript.Append, step).Write(buffer);

        string expected = "EVALSHA " + Encoding.ASCII.GetString(RedisScript.Append.HashText) + " 7 "
            + string.Join(' ', expectedKeys.Select(key => (string)key!)) + " "
            + string.Join(' ', step.ToValues().Select(value => Encoding.Latin1.GetString((byte[])value!)));
        Assert.Equal(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes("bob inc ç-2")), Words(buffer)[3 + 7 + 15]);
        Assert.Equal(expected, string.Join(' ', Words(buffer)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("inc")]
    public void Sends_of_one_person_name_that_person_once_and_both_ways_say_the_same(string incarnation)
    {
        var ann = new Actor("ann", incarnation, "n1");
        SendRequest[] sends = [new(ann, "1", 1, "a"u8.ToArray()), new(ann, "2", 2, "b"u8.ToArray())];
        var batch = new AppendBatch(ConversationId.Group("team"), sends, null, null);
        var step = new AppendStep(batch, sends, new ChatLimits { GroupMessagesPerSecond = 0 }, null);
        string name = incarnation.Length == 0 ? "ann" : "ann inc";

        var buffer = new RespBuffer();
        new AppendCall(RedisScript.Append, step).Write(buffer);

        string[] words = [.. step.ToValues().Select(value => Encoding.Latin1.GetString((byte[])value!))];
        Assert.Equal([name, $"{name} 1", "1", "a", $"{name} 2", "2", "b"], words[10..]);
        Assert.Equal(words, Words(buffer)[10..]);
    }

    [Fact]
    public async Task Appends_go_this_way_and_many_at_once_keep_their_replies_apart()
    {
        await using RedisConversations own = await RedisConversations.StartAsync();
        Talk[] talks = [.. Enumerable.Range(0, 50).Select(i => new Talk(own.Log, ConversationId.Direct($"a{i}", $"b{i}")))];
        await Task.WhenAll(talks.Select((talk, i) => talk.SayAsync($"a{i}", "first")));

        // Each conversation has another length, so that a reply that went astray shows.
        await Task.WhenAll(talks.Select((talk, i) => talk.FillAsync($"b{i}", i)));
        await Task.WhenAll(Enumerable.Range(0, 20).SelectMany(round => talks.Select(async (talk, i) =>
        {
            string clientId = $"{i}-{round}";
            SendReply reply = await talk.TrySayAsync($"a{i}", clientId, clientId);
            Assert.True(reply is { Error: null, Duplicate: false });
            SendReply repeated = await talk.TrySayAsync($"a{i}", clientId, clientId);
            Assert.Equal(reply with { Duplicate = true }, repeated);
        })));

        for (int i = 0; i < talks.Length; i++)
        {
            Assert.Equal(1 + i + 20, (await talks[i].HistoryAsync($"a{i}")).Last);
        }

        Assert.True(own.Connection.Appends.Fits);
        Assert.Contains("name=orleanschat-append", (await own.CommandAsync("CLIENT", "LIST")).Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Redis_that_was_killed_and_comes_back_goes_on_and_never_doubles()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync(new RedisServerOptions { Password = "secret" });
        await using var connection = new RedisConnection(
            Options.Create(new RedisOptions { Configuration = redis.Address.ToConfiguration().ToString(), Deadline = TimeSpan.FromSeconds(15) }), TimeProvider.System);
        var talk = new Talk(new RedisMessageLog(connection, new ChatLimits()), ConversationId.Direct("ann", "bob"));
        Assert.Equal(1, await talk.SayAsync("ann", "one", "1"));

        for (int round = 2; round < 4; round++)
        {
            string text = $"{round}";
            redis.Server.Pause();
            Task<SendReply> inDoubt = talk.TrySayAsync("ann", text, text);
            await redis.Server.KillAsync();
            await Assert.ThrowsAsync<StorageUnavailableException>(() => inDoubt.WithinAsync());
            await redis.Server.RestartAsync();

            SendReply settled = await talk.TrySayAsync("ann", text, text).WithinAsync();
            Assert.True(settled is { Error: null, Duplicate: false });
            Assert.Equal(settled.Seq, (await talk.TrySayAsync("ann", text, text)).Seq);
        }

        Assert.True(connection.Appends.Fits);
        Assert.Equal([3, 2, 1], (await talk.HistoryAsync("ann")).Seqs().OrderDescending());
    }

    [Fact]
    public async Task A_connection_that_Redis_ends_is_replaced()
    {
        await using RedisConversations own = await RedisConversations.StartAsync();
        var talk = new Talk(own.Log, ConversationId.Direct("ann", "bob"));
        await talk.SayAsync("ann", "one");
        for (long seq = 2; seq < 5; seq++)
        {
            string before = await IdAsync(own);
            await own.CommandAsync("CLIENT", "KILL", "ID", before);
            string text = $"{seq}";

            // In doubt, or begun on the new connection.
            await Eventually.TrueAsync(async () =>
            {
                try
                {
                    return (await talk.TrySayAsync("ann", text, text)).Seq == seq;
                }
                catch (StorageUnavailableException)
                {
                    return false;
                }
            });
            Assert.NotEqual(before, await IdAsync(own));
        }
    }

    private static async Task<string> IdAsync(RedisConversations own) =>
        (await own.CommandAsync("CLIENT", "LIST")).Text().Split('\n').Single(line => line.Contains("name=orleanschat-append", StringComparison.Ordinal))
            .Split(' ')[0]["id=".Length..];

    private static List<string> Words(RespBuffer buffer)
    {
        List<string> words = [];
        string[] parts = Encoding.Latin1.GetString(buffer.Written.Span).Split("\r\n", 2);
        int count = int.Parse(parts[0][1..], System.Globalization.CultureInfo.InvariantCulture);
        string rest = parts[1];
        for (; count > 0; count--)
        {
            int end = rest.IndexOf("\r\n", StringComparison.Ordinal);
            int length = int.Parse(rest[1..end], System.Globalization.CultureInfo.InvariantCulture);
            words.Add(rest.Substring(end + 2, length));
            rest = rest[(end + 2 + length + 2)..];
        }

        Assert.Empty(rest);
        return words;
    }
}
