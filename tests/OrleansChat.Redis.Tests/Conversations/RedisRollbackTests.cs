using OrleansChat.Conversations;
using StackExchange.Redis;
using static OrleansChat.Redis.Tests.Conversations.Json;

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>An older copy of the data comes back, as after a crash of Redis: numbers may mean other messages, so the log gets a new epoch.</summary>
public sealed class RedisRollbackTests(RedisConversations redis) : ConversationSpecification
{
    protected override IMessageLog Log => redis.Log;

    protected override OrleansChat.Groups.IGroupStore Groups => redis.Groups;

    [Fact]
    public async Task Append_that_knows_a_number_beyond_the_end_gives_the_log_a_new_epoch()
    {
        (Talk talk, Position before) = await RolledBackAsync();
        SendRequest send = talk.Send("member", "after");

        AppendReply unaware = await talk.AppendAsync(talk.Send("owner", "unaware"));
        AppendReply aware = await Log.AppendAsync(new AppendBatch(talk.Id, [send], new KnownPosition(before.Epoch, before.Seq)));

        Assert.Equal(before.Epoch, unaware.Epoch);
        Assert.NotEqual(before.Epoch, aware.Epoch);
        Assert.Equal(aware.Epoch, aware.Replies[0].Epoch);
        Assert.Equal(aware.Epoch, (await talk.RangeAsync()).Epoch);
        AppendReply next = await Log.AppendAsync(new AppendBatch(talk.Id, [talk.Send("member", "more")], new KnownPosition(before.Epoch, before.Seq)));
        Assert.Equal(aware.Epoch, next.Epoch);
    }

    [Fact]
    public async Task Append_of_nothing_but_a_repeat_recognises_a_rolled_back_log_too()
    {
        (Talk talk, Position before) = await RolledBackAsync();

        AppendReply reply = await Log.AppendAsync(
            new AppendBatch(talk.Id, [talk.Send("member", "kept", "K")], new KnownPosition(before.Epoch, before.Seq)));

        Assert.True(reply.Replies[0].Duplicate);
        Assert.NotEqual(before.Epoch, reply.Epoch);
        Assert.Equal(reply.Epoch, (await talk.SummaryAsync("member")).Epoch);
    }

    [Fact]
    public async Task Change_that_knows_a_number_beyond_the_end_gives_the_log_a_new_epoch()
    {
        (Talk talk, Position before) = await RolledBackAsync();

        Appended change = Ok(await Log.ChangeAsync(
            talk.Id, new ChangeRequest(talk.By("owner"), ChangeKind.React, 3, default, "👍"), new KnownPosition(before.Epoch, before.Seq)));

        Assert.NotEqual(before.Epoch, change.Position.Epoch);
        Assert.Equal(change.Position.Epoch, (await talk.RangeAsync()).Epoch);
    }

    [Fact]
    public async Task Range_from_a_number_beyond_the_end_gives_the_log_a_new_epoch()
    {
        (Talk talk, Position before) = await RolledBackAsync();

        LogRange range = await talk.RangeAsync(after: before.Seq, known: new KnownEntry(before.Epoch, before.Seq, 0));

        Assert.NotEqual(before.Epoch, range.Epoch);
        Assert.Equal(range.Epoch, (await talk.RangeAsync(known: new KnownEntry(before.Epoch, before.Seq, 0))).Epoch);
    }

    [Fact]
    public async Task Range_by_an_entry_that_is_another_one_now_gives_the_log_a_new_epoch()
    {
        Talk talk = await NewGroupAsync();
        await talk.SayAsync("member", "kept");
        byte[][] copy = await CopyAsync(talk);
        long lost = await talk.SayAsync("member", "lost");
        LogRange seen = await talk.RangeAsync();
        long at = Parse(seen.Entries[^1].Message).GetProperty("at").GetInt64();
        Assert.Equal(seen.Epoch, (await talk.RangeAsync(known: new KnownEntry(seen.Epoch, lost, at))).Epoch);
        await RestoreAsync(talk, copy);
        long again = await SayLaterThanAsync(talk, at);
        Assert.Equal(lost, again);

        Assert.Equal(seen.Epoch, (await talk.RangeAsync(known: new KnownEntry(seen.Epoch, lost, 0))).Epoch);
        LogRange range = await talk.RangeAsync(known: new KnownEntry(seen.Epoch, lost, at));

        Assert.NotEqual(seen.Epoch, range.Epoch);
    }

    [Fact]
    public async Task Known_entry_that_was_deleted_is_recognised_by_its_tombstone()
    {
        Talk talk = await NewGroupAsync();
        long seq = await talk.SayAsync("member", "gone");
        LogRange seen = await talk.RangeAsync();
        long at = Parse(seen.Entries[^1].Message).GetProperty("at").GetInt64();
        await talk.DeleteAsync("member", seq);

        LogRange range = await talk.RangeAsync(after: seq, known: new KnownEntry(seen.Epoch, seq, at));

        Assert.Equal(seen.Epoch, range.Epoch);
    }

    [Fact]
    public async Task Position_of_another_epoch_says_nothing_about_this_log()
    {
        Talk talk = await NewGroupAsync();
        string epoch = (await talk.RangeAsync()).Epoch;

        AppendReply reply = await Log.AppendAsync(new AppendBatch(talk.Id, [talk.Send("member", "hi")], new KnownPosition("another", 1000)));
        LogRange range = await talk.RangeAsync(known: new KnownEntry("another", 1000, 1));

        Assert.Equal((epoch, epoch), (reply.Epoch, range.Epoch));
    }

    [Fact]
    public async Task Send_that_was_lost_is_appended_again_by_its_resend()
    {
        (Talk talk, Position before) = await RolledBackAsync();

        SendReply again = (await Log.AppendAsync(new AppendBatch(
            talk.Id, [talk.Send("member", "lost", "L", after: 3)], new KnownPosition(before.Epoch, before.Seq)))).Replies[0];

        Assert.Equal((null, false), (again.Error, again.Duplicate));
        Assert.Equal("lost", (await talk.HistoryAsync("owner")).Texts()[^1]);
    }

    [Fact]
    public async Task Watermarks_come_down_with_the_log()
    {
        (Talk talk, _) = await RolledBackAsync(marked: true);

        Summary summary = await talk.SummaryAsync("owner");

        Assert.True(summary.Read <= summary.Last);
        Assert.Equal(0, summary.Unread);
    }

    [Fact]
    public async Task Direct_conversation_that_vanished_begins_anew_in_another_epoch()
    {
        (Talk talk, string one, _) = NewDirect();
        SendReply first = await talk.TrySayAsync(one, "lost");
        await redis.CommandAsync("DEL", [.. await KeysAsync(talk)]);

        AppendReply reply = await Log.AppendAsync(
            new AppendBatch(talk.Id, [talk.Send(one, "anew")], new KnownPosition(first.Epoch, 1), talk.Pair()));

        Assert.Equal(1, reply.Last);
        Assert.NotEqual(first.Epoch, reply.Epoch);
    }

    // A group whose last message, and the mark on it, were lost.
    private async Task<(Talk Talk, Position Before)> RolledBackAsync(bool marked = false)
    {
        Talk talk = await NewGroupAsync();
        await talk.SayAsync("member", "kept", "K");
        byte[][] copy = await CopyAsync(talk);
        await talk.SayAsync("member", "lost", "L");
        SendReply last = await talk.TrySayAsync("member", "lost too");
        await talk.SayAsync("owner", "and this");
        if (marked)
        {
            await talk.MarkAsync("owner", last.Seq);
        }

        string[] kept = marked ? [.. (await KeysAsync(talk)).Where(key => key.EndsWith(":read", StringComparison.Ordinal))] : [];
        await RestoreAsync(talk, copy, kept);
        return (talk, new Position(talk.Id.Value, last.Epoch, last.Seq + 1));
    }

    private static async Task<long> SayLaterThanAsync(Talk talk, long at)
    {
        // Redis' clock has to have moved on; every look at it is a round trip.
        while (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() <= at)
        {
            await talk.RangeAsync(limit: 0);
        }

        return await talk.SayAsync("member", "another");
    }

    private async Task<string[]> KeysAsync(Talk talk) =>
        [.. ((RedisResult[])(await redis.CommandAsync("KEYS", $"{{c:{talk.Id}}}:*"))!).Select(key => (string)key!)];

    private async Task<byte[][]> CopyAsync(Talk talk)
    {
        var copy = new List<byte[]>();
        foreach (string key in await KeysAsync(talk))
        {
            copy.Add(System.Text.Encoding.UTF8.GetBytes(key));
            copy.Add((byte[])(await redis.CommandAsync("DUMP", key))!);
        }

        return [.. copy];
    }

    private async Task RestoreAsync(Talk talk, byte[][] copy, params string[] kept)
    {
        await redis.CommandAsync("DEL", [.. (await KeysAsync(talk)).Except(kept)]);
        for (int i = 0; i < copy.Length; i += 2)
        {
            if (!kept.Contains(System.Text.Encoding.UTF8.GetString(copy[i])))
            {
                await redis.CommandAsync("RESTORE", copy[i], 0, copy[i + 1]);
            }
        }
    }
}
