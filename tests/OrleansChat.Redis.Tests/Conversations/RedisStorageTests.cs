using System.Text;
using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Redis.Connections;
using StackExchange.Redis;
using static OrleansChat.Redis.Tests.Conversations.Json;

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>What Redis itself does to the log, and what of the log is in Redis.</summary>
public sealed class RedisStorageTests(RedisConversations redis) : ConversationSpecification
{
    protected override IMessageLog Log => redis.Log;

    protected override IGroupStore Groups => redis.Groups;

    [Fact]
    public async Task Deleted_text_and_that_of_its_edits_is_nowhere_in_the_conversation()
    {
        Talk talk = await NewGroupAsync();
        const string Secret = "xyzzy";
        await talk.SayAsync("owner", "stays");
        long seq = await talk.SayAsync("member", $"{Secret} 1");
        await talk.EditAsync("member", seq, $"{Secret} 2");
        await talk.ReactAsync("owner", seq, "👍");
        await talk.EditAsync("member", seq, $"{Secret} 3");
        await talk.PinAsync("owner", seq);
        Assert.True(await ContainsAsync(talk, Secret));

        await talk.DeleteAsync("owner", seq);

        Assert.False(await ContainsAsync(talk, Secret));
        Assert.True(await ContainsAsync(talk, "stays"));
        Assert.DoesNotContain((await talk.RangeAsync()).Entries, entry => String(entry.Message).Contains(Secret, StringComparison.Ordinal));
        Assert.Equal(Numbers(1, 9), (await talk.RangeAsync()).Seqs());
    }

    [Fact]
    public async Task Deleted_group_leaves_none_of_its_messages()
    {
        Talk talk = await NewGroupAsync();
        await talk.SayAsync("member", "xyzzy");
        await talk.EditAsync("member", 3, "xyzzy again");

        await DoAsync(talk, "owner", GroupVerb.Delete);

        Assert.False(await ContainsAsync(talk, "xyzzy"));
    }

    // Redis looks through a small hash field by field, twice for every send, until it has 512 fields.
    [Fact]
    public async Task Generation_of_the_duplicate_window_is_searched_as_a_table_from_128_sends_on()
    {
        (Talk talk, string one, _) = NewDirect();
        RedisKey first = RedisKeys.Ids(talk.Id.Value, 0);
        RedisKey second = RedisKeys.Ids(talk.Id.Value, 1);
        await talk.FillAsync(one, 126);
        SendReply last = await talk.TrySayAsync(one, "last of a small one", "A");
        Assert.False(await IsTableAsync(first));

        SendReply crossing = await talk.TrySayAsync(one, "first of a table", "B");

        Assert.True(await IsTableAsync(first));
        Assert.Equal(last with { Duplicate = true }, await talk.TrySayAsync(one, "last of a small one", "A"));
        Assert.Equal(crossing with { Duplicate = true }, await talk.TrySayAsync(one, "first of a table", "B"));

        // The batch that ends the first generation begins the second: what it puts there is counted from nothing.
        await talk.FillAsync(one, 4096 - 128 - 1);
        await talk.FillAsync(one, 64);
        Assert.False(await IsTableAsync(second));
        await talk.FillAsync(one, 64);
        Assert.False(await IsTableAsync(second));
        await talk.FillAsync(one, 1);
        Assert.True(await IsTableAsync(second));
        Assert.Equal(4096 + 128, (await talk.RangeAsync(reader: one, limit: 0)).Last);
    }

    [Fact]
    public async Task Redis_without_memory_is_unavailable_and_writes_nothing()
    {
        await using RedisConversations own = await RedisConversations.StartAsync();
        var suite = new RedisStorageTests(own);
        Talk talk = await suite.NewGroupAsync(new GroupSettings("T", JoinPolicy.Approval));
        (Talk direct, string one, _) = suite.NewDirect();
        await talk.SayAsync("member", "hi");
        string before = await suite.ContentAsync();
        await own.CommandAsync("CONFIG", "SET", "maxmemory", "1");

        await Assert.ThrowsAsync<StorageUnavailableException>(() => talk.AppendAsync(talk.Send("member", "no", "C")));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => own.Log.AppendAsync(new AppendBatch(direct.Id, [direct.Send(one, "no")], null, direct.Pair())));
        foreach (ChangeKind kind in Enum.GetValues<ChangeKind>())
        {
            AssertRefused(ChatError.Unavailable, await talk.ChangeAsync("member", kind == ChangeKind.Pin ? ChangeKind.React : kind, 3, "x"));
        }

        AssertRefused(ChatError.Unavailable, await talk.ChangeAsync("owner", ChangeKind.Pin, 3));
        AssertRefused(ChatError.Unavailable, await own.Log.MarkAsync(talk.Id, talk.By("owner"), 3, true, ReceiptAnnouncement.Always));
        AssertRefused(ChatError.Unavailable, await own.Log.SetBlockAsync(direct.Id, one, true));
        AssertRefused(ChatError.Unavailable, await own.Groups.CreateAsync("new", talk.By("owner"), new GroupSettings(), []));
        foreach (GroupVerb verb in new[] { GroupVerb.Invite, GroupVerb.Ban, GroupVerb.Update, GroupVerb.Leave, GroupVerb.Delete })
        {
            AssertRefused(ChatError.Unavailable, await suite.TryAsync(talk, "owner", verb, "late", settings: new GroupSettings("new title")));
        }

        AssertRefused(ChatError.Unavailable, await suite.TryAsync(talk, "late", GroupVerb.Join));
        Assert.Equal(3, (await talk.HistoryAsync("member")).Last);
        await own.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        Assert.Equal(before, await suite.ContentAsync());
        Assert.Equal(4, await talk.SayAsync("member", "no", "C"));
    }

    [Fact]
    public async Task Redis_that_forgot_the_scripts_gets_them_again()
    {
        await using RedisConversations own = await RedisConversations.StartAsync();
        var suite = new RedisStorageTests(own);
        Talk talk = await suite.NewGroupAsync();
        await talk.SayAsync("member", "hi");

        for (int round = 0; round < 3; round++)
        {
            await own.CommandAsync("SCRIPT", "FLUSH");
            SendReply[] replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => talk.TrySayAsync("member", $"{i}", $"{round}-{i}")));
            Assert.All(replies, reply => Assert.True(reply is { Error: null, Duplicate: false }));
        }

        await own.CommandAsync("SCRIPT", "FLUSH");
        Assert.Equal(63, (await talk.HistoryAsync("member")).Last);
    }

    [Fact]
    public async Task Redis_that_does_not_answer_in_time_is_unavailable()
    {
        await using RedisConversations own = await RedisConversations.StartAsync();
        await using var connection = new RedisConnection(
            Microsoft.Extensions.Options.Options.Create(new RedisOptions { Configuration = own.Redis.Endpoint, Deadline = TimeSpan.FromMilliseconds(200) }),
            TimeProvider.System);
        var log = new Redis.Conversations.RedisMessageLog(connection, new ChatLimits());
        Talk talk = await new RedisStorageTests(own).NewGroupAsync();
        var slow = new Talk(log, talk.Id);
        await slow.SayAsync("member", "connected");

        own.Redis.Server.Pause();
        await Assert.ThrowsAsync<StorageUnavailableException>(() => slow.AppendAsync(slow.Send("member", "maybe", "M")));
        AssertRefused(ChatError.Unavailable, await slow.TryHistoryAsync("member"));
        AssertRefused(ChatError.Unavailable, await slow.ChangeAsync("member", ChangeKind.Edit, 3, "x"));
        own.Redis.Server.Resume();

        // It may have happened: the same client id settles it.
        SendReply settled = await talk.TrySayAsync("member", "maybe", "M");
        Assert.Equal((4L, 4L), (settled.Seq, (await talk.HistoryAsync("member", after: 3)).Seqs()[0]));
    }

    private async Task<bool> IsTableAsync(RedisKey key) => (string)(await redis.CommandAsync("OBJECT", "ENCODING", key))! == "hashtable";

    private async Task<bool> ContainsAsync(Talk talk, string text) =>
        (await ContentAsync($"{{c:{talk.Id}}}:*")).Contains(text, StringComparison.Ordinal);

    private async Task<string> ContentAsync(string pattern = "*")
    {
        var content = new StringBuilder();
        foreach (string key in ((RedisResult[])(await redis.CommandAsync("KEYS", pattern))!).Select(key => (string)key!).Order(StringComparer.Ordinal))
        {
            string type = (string)(await redis.CommandAsync("TYPE", key))!;
            RedisResult value = type switch
            {
                "hash" => await redis.CommandAsync("HGETALL", key),
                "stream" => await redis.CommandAsync("XRANGE", key, "-", "+"),
                "set" => await redis.CommandAsync("SMEMBERS", key),
                "zset" => await redis.CommandAsync("ZRANGE", key, 0, -1),
                _ => await redis.CommandAsync("GET", key),
            };
            content.Append(key).Append(' ').Append(type).AppendLine();
            Write(content, value);
        }

        return content.ToString();
    }

    // The client library reads arrays in arrays, as streams are, as results in results.
    private static void Write(StringBuilder content, RedisResult value)
    {
        switch (value)
        {
            case { IsNull: true }:
                content.AppendLine("nil");
                break;
            case not null when value.GetType().Name.StartsWith("Array", StringComparison.Ordinal):
                foreach (RedisResult item in (RedisResult[])value!)
                {
                    Write(content, item);
                }

                break;
            default:
                content.AppendLine((string?)value);
                break;
        }
    }
}
