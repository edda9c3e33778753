using OrleansChat.Conversations;
using OrleansChat.Groups;
using static OrleansChat.Redis.Tests.Conversations.Json;

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>Summaries, what is unread, and watermarks.</summary>
public abstract class SummarySpecification : ConversationSpecification
{
    [Fact]
    public async Task Unread_counts_messages_and_neither_changes_nor_system_entries()
    {
        Talk talk = await NewGroupAsync();
        Assert.Equal(0, (await talk.SummaryAsync("member")).Unread);
        long seq = await talk.SayAsync("owner", "1");
        await talk.EditAsync("owner", seq, "one");
        await talk.ReactAsync("admin", seq, "👍");
        await DoAsync(talk, "late", GroupVerb.Join);
        await talk.SayAsync("admin", "2");
        await talk.PinAsync("admin", seq);

        Summary summary = await talk.SummaryAsync("member");

        Assert.Equal((2L, 0L), (summary.Unread, summary.Read));
        Assert.Equal("2", Text(summary.LastMessage));
        Assert.Equal((8L, 4, MemberRole.Member), (summary.Last, summary.Members, summary.Role));
        Assert.Equal([seq], summary.Pinned);
        Assert.Equal(1, (await talk.SummaryAsync("late")).Unread);
    }

    // Reading to each number in turn leaves as many unread as messages follow, wherever entries were deleted.
    [Fact]
    public async Task Unread_is_right_after_reading_to_any_number_among_deleted_messages_and_changes()
    {
        (Talk talk, string one, string other) = NewDirect();
        var messages = new List<long>();
        for (int i = 0; i < 12; i++)
        {
            messages.Add(await talk.SayAsync(one, $"{i}"));
            if (i % 3 == 1)
            {
                await talk.EditAsync(one, messages[^1], "edited");
                await talk.EditAsync(one, messages[^1], "edited again");
            }
        }

        foreach (int i in new[] { 0, 1, 4, 5, 6, 11 })
        {
            await talk.DeleteAsync(one, messages[i]);
        }

        long last = (await talk.RangeAsync(limit: 0)).Last;
        for (long to = 1; to <= last; to++)
        {
            await talk.MarkAsync(other, to);
            Summary summary = await talk.SummaryAsync(other);
            Assert.Equal((to, (long)messages.Count(seq => seq > to)), (summary.Read, summary.Unread));
        }
    }

    [Fact]
    public async Task Sending_reads_everything_before_and_unread_begins_after_it()
    {
        (Talk talk, string one, string other) = NewDirect();
        await talk.SayAsync(one, "1");
        await talk.SayAsync(one, "2");
        Assert.Equal(2, (await talk.SummaryAsync(other)).Unread);

        await talk.SayAsync(other, "3");
        await talk.SayAsync(one, "4");

        Summary summary = await talk.SummaryAsync(other);
        Assert.Equal((3L, 3L, 1L), (summary.Read, summary.Delivered, summary.Unread));
        Assert.Equal(0, (await talk.SummaryAsync(one)).Unread);
    }

    [Fact]
    public async Task Summary_shows_the_newest_message_as_it_is_now()
    {
        (Talk talk, string one, string other) = NewDirect();
        await talk.SayAsync(one, "older");
        long seq = await talk.SayAsync(one, "newest");
        await talk.EditAsync(one, seq, "edited");
        await talk.ReactAsync(other, seq, "👍");

        Assert.Equal("edited", Text((await talk.SummaryAsync(other)).LastMessage));
        Assert.Equal(other, Parse((await talk.SummaryAsync(other)).LastMessage).GetProperty("reactions").GetProperty("👍")[0].GetString());
        await talk.PinAsync(one, seq);
        await talk.DeleteAsync(one, seq);

        Summary summary = await talk.SummaryAsync(other);
        Assert.Equal((seq, string.Empty), (Seq(summary.LastMessage), Text(summary.LastMessage)));
        Assert.EndsWith(",\"deleted\":true}", String(summary.LastMessage), StringComparison.Ordinal);
        Assert.Empty(summary.Pinned);
    }

    [Fact]
    public async Task Watermarks_only_go_up_and_not_beyond_the_last_number()
    {
        Talk talk = await NewGroupAsync();
        for (int i = 3; i <= 10; i++)
        {
            await talk.SayAsync("owner", $"{i}");
        }

        Assert.Equal(new Watermark("member", 0, 5), await talk.MarkAsync("member", 5, read: false));
        Assert.Equal(new Watermark("member", 0, 5), await talk.MarkAsync("member", 3, read: false));
        Assert.Equal(new Watermark("member", 4, 5), await talk.MarkAsync("member", 4));
        Assert.Equal(new Watermark("member", 7, 7), await talk.MarkAsync("member", 7));
        Assert.Equal(new Watermark("member", 7, 7), await talk.MarkAsync("member", 2));
        Assert.Equal(new Watermark("member", 7, 7), await talk.MarkAsync("member", 0, read: false));
        Assert.Equal(new Watermark("member", 7, 10), await talk.MarkAsync("member", 1L << 53, read: false));
        Assert.Equal(new Watermark("member", 10, 10), await talk.MarkAsync("member", 99));
        Assert.Equal(0, (await talk.SummaryAsync("member")).Unread);
    }

    [Fact]
    public async Task Concurrent_marks_leave_the_greatest()
    {
        Talk talk = await NewGroupAsync();
        await talk.FillAsync("owner", 100);

        await Task.WhenAll(Enumerable.Range(1, 100).Select(i => talk.MarkAsync("member", (i * 37) % 101, read: i % 2 == 0)));

        Summary summary = await talk.SummaryAsync("member");
        long greatestRead = Enumerable.Range(1, 100).Where(i => i % 2 == 0).Max(i => (i * 37) % 101);
        Assert.Equal((greatestRead, 100L), (summary.Read, summary.Delivered));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public async Task Receipts_are_read_in_pages_by_name(int limit)
    {
        Talk talk = await NewGroupAsync(null, "zoe", "bob", "carol");
        await talk.SayAsync("owner", "3");
        await talk.MarkAsync("bob", 3);
        await talk.MarkAsync("zoe", 2, read: false);

        var found = new List<Watermark>();
        string? after = null;
        do
        {
            Page<Watermark> page = Ok(await Log.ReceiptsAsync(talk.Id, talk.By("member"), after, limit));
            Assert.True(page.Items.Count <= limit);
            found.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(
            [
                new Watermark("admin", 0, 0), new Watermark("bob", 3, 3), new Watermark("carol", 0, 0), new Watermark("member", 0, 0),
                new Watermark("owner", 3, 3), new Watermark("zoe", 0, 2),
            ],
            found);
    }

    [Fact]
    public async Task Newcomer_begins_with_nothing_unread_and_one_who_returns_too()
    {
        Talk talk = await NewGroupAsync();
        await talk.SayAsync("owner", "before");
        await DoAsync(talk, "late", GroupVerb.Join);
        Assert.Equal(0, (await talk.SummaryAsync("late")).Unread);
        await talk.SayAsync("owner", "after");
        Assert.Equal(1, (await talk.SummaryAsync("late")).Unread);

        await DoAsync(talk, "late", GroupVerb.Leave);
        await talk.SayAsync("owner", "without");
        long again = (await DoAsync(talk, "late", GroupVerb.Join)).Position.Seq;

        Summary summary = await talk.SummaryAsync("late");
        Assert.Equal((0L, again, again, again), (summary.Unread, summary.Read, summary.Delivered, summary.JoinedAt));
    }

    [Fact]
    public async Task Many_asked_for_together_are_answered_as_each_of_them_alone()
    {
        string user = NewName("u");
        List<ConversationId> asked = [];
        for (int i = 0; i < 150; i++)
        {
            asked.Add((await CaseAsync(user, i)).Id);
        }

        asked.Add(ConversationId.Direct(user, NewName("u")));
        asked.Add(ConversationId.Direct(NewName("u"), NewName("v")));
        asked.Add(ConversationId.Group(NewName("g")));
        var reader = new Actor(user, string.Empty, "here");

        IReadOnlyList<Result<Summary>> together = await Log.SummariesAsync(asked, reader);

        Assert.Equal(asked.Count, together.Count);
        for (int i = 0; i < asked.Count; i++)
        {
            Result<Summary> alone = await Log.SummaryAsync(asked[i], reader);
            Assert.Equal(alone.Error, together[i].Error);
            if (alone.IsOk)
            {
                Assert.Equal(asked[i].Value, together[i].Value!.Conversation);
                Same(alone.Value, together[i].Value!);
            }
        }

        int[] codes = [.. together.Select(one => one.Error?.Code ?? 0).Distinct().Order()];
        Assert.Equal([0, ChatError.NotMember.Code, ChatError.Banned.Code, ChatError.NoSuchConversation.Code], codes);
        Assert.Empty(await Log.SummariesAsync([], reader));
    }

    [Fact]
    public async Task Ends_of_many_logs_are_read_together()
    {
        var talks = new List<Talk>();
        for (int i = 0; i < 300; i++)
        {
            (Talk talk, string one, _) = NewDirect();
            talks.Add(talk);
            if (i % 3 > 0)
            {
                await talk.FillAsync(one, i % 3);
            }
        }

        IReadOnlyList<KnownPosition> ends = Ok(await Log.EndsAsync([.. talks.Select(talk => talk.Id)]));

        for (int i = 0; i < talks.Count; i++)
        {
            LogRange range = await talks[i].RangeAsync(limit: 0);
            Assert.Equal(new KnownPosition(range.Epoch, i % 3), ends[i]);
        }
    }

    // A group that somebody is in, was in, or sees only from a number on; its newest message as it was sent, changed, deleted, or not the last entry.
    private async Task<Talk> CaseAsync(string user, int i)
    {
        Talk talk = await NewGroupAsync(new GroupSettings($"Títle {i}", JoinPolicy.Open, HistoryFromJoin: i % 2 == 1), i % 3 == 0 ? [user] : []);
        long seq = await talk.SayAsync("owner", $"“{i}”");
        if (i % 3 != 0)
        {
            await DoAsync(talk, user, GroupVerb.Join);
            if (i % 3 == 2)
            {
                seq = await talk.SayAsync("owner", "for all");
            }
        }

        switch (i % 10)
        {
            case 0:
                await talk.SayAsync(user, "my own");
                break;
            case 1:
                await talk.MarkAsync(user, seq);
                await talk.SayAsync("admin", "newer");
                await DoAsync(talk, "owner", GroupVerb.Mute, user, until: 1L << 45);
                break;
            case 2:
                await talk.EditAsync("owner", seq, "edited");
                await talk.ReactAsync("admin", seq, "👍");
                break;
            case 3:
                await talk.PinAsync("admin", seq);
                await talk.DeleteAsync("owner", seq);
                break;
            case 4:
                await DoAsync(talk, "owner", GroupVerb.Role, user, MemberRole.Admin);
                await talk.MarkAsync(user, seq, read: false);
                await talk.PinAsync("admin", seq);
                break;
            case 5:
                await DoAsync(talk, "owner", GroupVerb.Kick, user);
                break;
            case 6:
                await DoAsync(talk, "owner", GroupVerb.Ban, user);
                break;
            case 7:
                await DoAsync(talk, "owner", GroupVerb.Delete);
                break;
            case 8:
                await talk.EditAsync("owner", seq, "edited");
                await talk.SayAsync("admin", "newer");
                break;
        }

        return talk;
    }
}
