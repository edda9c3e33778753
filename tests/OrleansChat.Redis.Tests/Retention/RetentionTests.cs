using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Queues;
using OrleansChat.Redis.Queues;
using OrleansChat.Redis.Retention;
using OrleansChat.Redis.Tests.Conversations;
using OrleansChat.Redis.Tests.Queues;
using StackExchange.Redis;
using static OrleansChat.Redis.Tests.Conversations.Json;

namespace OrleansChat.Redis.Tests.Retention;

/// <summary>What stays of a conversation when its old entries are taken away.</summary>
public sealed class RetentionTests(RedisConversations redis) : QueueSpecification
{
    protected override IMessageLog Log => redis.Log;

    protected override IGroupStore Groups => redis.Groups;

    protected override IQueueStore Queues { get; } = new RedisQueueStore(redis.Connection);

    [Fact]
    public async Task Only_the_newest_entries_stay_and_numbering_goes_on()
    {
        Talk talk = await NewGroupAsync();
        await talk.FillAsync("member", 98);

        Assert.False(await TrimAsync(talk, entries: 10));

        LogRange range = await talk.RangeAsync();
        Assert.Equal((91, 100), (range.First, range.Last));
        Assert.Equal(Numbers(91, 100), range.Seqs());
        Assert.Equal(Numbers(91, 100), (await talk.HistoryAsync("member", after: 0)).Seqs());
        Assert.False((await talk.HistoryAsync("member", before: 95)).More);
        Assert.Equal(91, (await talk.SummaryAsync("member")).First);
        Assert.Equal(101, await talk.SayAsync("member", "next"));
        Assert.Equal(range.Epoch, (await talk.RangeAsync()).Epoch);
    }

    [Fact]
    public async Task Entries_that_are_too_old_go()
    {
        Talk talk = await NewGroupAsync();
        await talk.FillAsync("member", 30);
        await AgeAsync(talk, upTo: 20, TimeSpan.FromHours(3));

        Assert.False(await TrimAsync(talk, age: TimeSpan.FromHours(4)));
        Assert.Equal(1, (await talk.RangeAsync()).First);
        Assert.False(await TrimAsync(talk, age: TimeSpan.FromHours(2)));
        Assert.Equal(Numbers(21, 32), (await talk.RangeAsync()).Seqs());
    }

    [Fact]
    public async Task A_conversation_may_become_empty_and_goes_on()
    {
        Talk talk = await NewGroupAsync();
        await talk.FillAsync("member", 5);
        await AgeAsync(talk, upTo: 7, TimeSpan.FromHours(3));

        Assert.False(await TrimAsync(talk, age: TimeSpan.FromHours(2)));
        Assert.False(await TrimAsync(talk, age: TimeSpan.FromHours(2)));

        Assert.Equal((8, 7), ((await talk.RangeAsync()).First, (await talk.RangeAsync()).Last));
        Summary summary = await talk.SummaryAsync("owner");
        Assert.Equal((0, 0), (summary.Unread, summary.LastMessage.Length));
        Assert.Empty((await talk.HistoryAsync("owner")).Messages);
        Assert.Equal(8, await talk.SayAsync("member", "again"));
        Assert.Equal(1, (await talk.SummaryAsync("owner")).Unread);
    }

    [Fact]
    public async Task One_step_takes_away_a_bounded_number()
    {
        Talk talk = await NewGroupAsync();
        await talk.FillAsync("member", 2 * RedisRetention.Step);

        Assert.True(await TrimAsync(talk, entries: 10));
        Assert.Equal(RedisRetention.Step + 1, (await talk.RangeAsync()).First);
        Assert.False(await TrimAsync(talk, entries: 10));
        Assert.Equal(Numbers(1993, 2002), (await talk.RangeAsync()).Seqs());
    }

    [Fact]
    public async Task Edits_reactions_tombstones_and_pins_of_what_is_gone_go_with_it()
    {
        Talk talk = await NewGroupAsync();
        foreach (long seq in new[] { await talk.SayAsync("member", "old"), await talk.SayAsync("member", "new") })
        {
            await talk.EditAsync("member", seq, "edited");
            await talk.ReactAsync("owner", seq, "👍");
            await talk.PinAsync("owner", seq);
            await talk.DeleteAsync("member", await talk.SayAsync("member", "gone"));
        }

        long last = (await talk.RangeAsync()).Last;
        await TrimAsync(talk, entries: (int)(last - 3));

        RedisResult[] fields = (RedisResult[])(await redis.CommandAsync("HKEYS", $"{{c:{talk.Id}}}:patch"))!;
        Assert.Equal(["13d", "4", "4e", "8d"], fields.Select(field => (string)field!).Order(StringComparer.Ordinal));
        Assert.Equal([4L], (await talk.SummaryAsync("owner")).Pinned);
        AssertRefused(ChatError.NoSuchMessage, await talk.ChangeAsync("member", ChangeKind.Edit, 3, "late"));
    }

    [Fact]
    public async Task Unread_counts_what_can_still_be_read()
    {
        Talk talk = await NewGroupAsync();
        await talk.FillAsync("member", 50);
        await talk.DeleteAsync("member", 20);
        await talk.DeleteAsync("member", 45);
        await TrimAsync(talk, entries: 14);

        // 41 to 52 are messages, one of them deleted; 53 and 54 are the deletions.
        Assert.Equal(12, (await talk.SummaryAsync("owner")).Unread);
        await talk.MarkAsync("owner", 10);
        Assert.Equal(12, (await talk.SummaryAsync("owner")).Unread);
        await talk.MarkAsync("owner", 45);
        Assert.Equal(7, (await talk.SummaryAsync("owner")).Unread);
        await talk.MarkAsync("owner", 54);
        Assert.Equal(0, (await talk.SummaryAsync("owner")).Unread);
    }

    [Fact]
    public async Task A_cut_right_after_a_deleted_message_counts_it()
    {
        Talk talk = await NewGroupAsync();
        await talk.FillAsync("member", 10);
        await talk.DeleteAsync("member", 6);
        await talk.DeleteAsync("member", 7);

        // 13 and 14 are the deletions: 8 to 14 stay.
        await TrimAsync(talk, entries: 7);

        Assert.Equal(5, (await talk.SummaryAsync("owner")).Unread);
    }

    [Fact]
    public async Task A_queue_forgets_the_items_that_are_gone()
    {
        Talk talk = await NewGroupAsync();
        await SayAsync(talk, 10);
        QueueItem? leased = await LeaseAsync(talk);
        await talk.DeleteAsync(Owner, 5);
        Assert.Equal((3, 9), (leased!.Key, await DepthAsync(talk)));

        // 3 to 12 are items, 13 is the deletion: 10 to 13 stay.
        await TrimAsync(talk, entries: 4);

        Assert.Equal(3, await DepthAsync(talk));
        Assert.Equal(10, (await HardAsync(talk))?.Key);
        Assert.Equal(2, await DepthAsync(talk));
        Assert.Equal((11, 12), ((await HardAsync(talk))?.Key, (await HardAsync(talk))?.Key));
        Assert.Null(await HardAsync(talk));
        Assert.Equal(0, await DepthAsync(talk));
    }

    [Fact]
    public async Task A_message_that_is_gone_is_still_recognised_when_it_is_sent_again()
    {
        Talk talk = await NewGroupAsync();
        long first = await talk.SayAsync("member", "once", "C1");
        await talk.FillAsync("member", 20);
        await TrimAsync(talk, entries: 5);

        SendReply again = await talk.TrySayAsync("member", "once", "C1");

        Assert.Equal((first, true), (again.Seq, again.Duplicate));
    }

    [Fact]
    public async Task A_resend_that_would_have_to_be_looked_for_among_what_is_gone_is_expired()
    {
        Talk talk = await NewGroupAsync();
        await talk.SayAsync("member", "once", "C1");
        await talk.FillAsync("member", 3 * 4096);
        while (await TrimAsync(talk, entries: 5))
        {
        }

        AssertRefused(ChatError.Expired, await talk.TrySayAsync("member", "once", "C1", after: 2));
    }

    [Fact]
    public async Task Nothing_happens_to_what_is_deleted_or_does_not_exist()
    {
        Talk talk = await NewGroupAsync();
        await talk.FillAsync("member", 20);
        await DoAsync(talk, "owner", GroupVerb.Delete);

        Assert.False(await TrimAsync(talk, entries: 1));
        Assert.False(await TrimAsync(new Talk(Log, ConversationId.Group(NewName("none"))), entries: 1));
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(1, 0, true)]
    [InlineData(0, 1, true)]
    public void It_is_on_when_there_is_a_bound(int entries, int hours, bool on) =>
        Assert.Equal(on, new RedisRetention(redis.Connection, new ChatLimits { HistoryEntries = entries, HistoryHours = hours }).IsOn);

    private Task<bool> TrimAsync(Talk talk, int entries = 0, TimeSpan age = default) =>
        new RedisRetention(redis.Connection, new ChatLimits { HistoryEntries = entries }).TrimAsync(talk.Id, age);

    // As if the first entries had been appended earlier.
    private Task<RedisResult> AgeAsync(Talk talk, long upTo, TimeSpan by) =>
        redis.CommandAsync(
            "EVAL",
            """
            local entries = redis.call('XRANGE', KEYS[1], '-', '+')
            redis.call('DEL', KEYS[1])
            for i, entry in ipairs(entries) do
              local json = entry[2][2]
              if i <= tonumber(ARGV[1]) then
                json = string.gsub(json, '"at":(%d+)', function(at) return string.format('"at":%.0f', tonumber(at) - tonumber(ARGV[2])) end, 1)
              end
              redis.call('XADD', KEYS[1], entry[1], entry[2][1], json, entry[2][3], entry[2][4])
            end
            """,
            1,
            $"{{c:{talk.Id}}}:log",
            upTo,
            (long)by.TotalMilliseconds);
}
