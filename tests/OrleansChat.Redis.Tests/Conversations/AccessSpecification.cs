using OrleansChat.Conversations;
using OrleansChat.Groups;
using static OrleansChat.Redis.Tests.Conversations.Json;

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>Who may do what is decided in the step that does it (invariants I4 and I8).</summary>
public abstract class AccessSpecification : ConversationSpecification
{
    private static readonly long FarFuture = DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeMilliseconds();

    [Fact]
    public async Task Stranger_can_neither_send_nor_read_nor_change_nor_mark()
    {
        Talk talk = await NewGroupAsync();
        long seq = await talk.SayAsync("member", "hi");

        await AssertShutOutAsync(talk, "stranger", seq, ChatError.NotMember);
    }

    [Fact]
    public async Task Kicked_member_can_do_nothing_more_and_banned_one_is_told_so()
    {
        Talk talk = await NewGroupAsync(null, "pest");
        long seq = await talk.SayAsync("member", "hi");
        await DoAsync(talk, "admin", GroupVerb.Kick, "member");
        await DoAsync(talk, "admin", GroupVerb.Ban, "pest");

        await AssertShutOutAsync(talk, "member", seq, ChatError.NotMember);
        await AssertShutOutAsync(talk, "pest", seq, ChatError.Banned);
    }

    [Fact]
    public async Task Kick_decides_between_sends_of_the_same_moment()
    {
        Talk talk = await NewGroupAsync();
        Task<SendReply>[] sends = [.. Enumerable.Range(0, 40).Select(i => talk.TrySayAsync("member", $"{i}"))];
        Task<Appended> kick = DoAsync(talk, "owner", GroupVerb.Kick, "member");
        Task<SendReply>[] late = [.. Enumerable.Range(0, 40).Select(i => talk.TrySayAsync("member", $"late {i}"))];

        long kicked = (await kick).Position.Seq;
        SendReply[] replies = await Task.WhenAll([.. sends, .. late]);

        Assert.All(replies.Where(reply => reply.Error is null), reply => Assert.True(reply.Seq < kicked));
        Assert.All(replies.Where(reply => reply.Error is not null), reply => AssertRefused(ChatError.NotMember, reply));
        AssertRefused(ChatError.NotMember, await talk.TrySayAsync("member", "after"));
    }

    [Fact]
    public async Task Muted_member_reads_and_deletes_but_does_not_write()
    {
        Talk talk = await NewGroupAsync();
        long seq = await talk.SayAsync("member", "hi");
        long foreign = await talk.SayAsync("owner", "ho");
        await DoAsync(talk, "admin", GroupVerb.Mute, "member", until: FarFuture);

        AssertRefused(ChatError.Muted, await talk.TrySayAsync("member", "no"));
        AssertRefused(ChatError.Muted, await talk.ChangeAsync("member", ChangeKind.Edit, seq, "no"));
        AssertRefused(ChatError.Muted, await talk.ChangeAsync("member", ChangeKind.React, foreign, "👍"));
        AssertRefused(ChatError.Muted, await Log.TypingAsync(talk.Id, talk.By("member")));
        Assert.Equal(["hi", "ho"], (await talk.HistoryAsync("member", after: 2)).Texts().Take(2));
        Assert.Equal(FarFuture, (await talk.SummaryAsync("member")).MutedUntil);
        await talk.MarkAsync("member", foreign);
        await talk.DeleteAsync("member", seq);
    }

    [Fact]
    public async Task Mute_ends_by_itself_or_by_being_lifted()
    {
        Talk talk = await NewGroupAsync();
        await DoAsync(talk, "admin", GroupVerb.Mute, "member", until: 1000);
        await talk.SayAsync("member", "the time has passed");

        await DoAsync(talk, "admin", GroupVerb.Mute, "member", until: FarFuture);
        AssertRefused(ChatError.Muted, await talk.TrySayAsync("member", "muted"));
        await DoAsync(talk, "admin", GroupVerb.Mute, "member", until: 0);

        await talk.SayAsync("member", "lifted");
        Assert.Equal(0, (await talk.SummaryAsync("member")).MutedUntil);
    }

    [Fact]
    public async Task Blocked_person_cannot_write_and_the_other_one_can()
    {
        (Talk talk, string one, string other) = NewDirect();
        long seq = await talk.SayAsync(one, "hi");
        long foreign = await talk.SayAsync(other, "ho");

        Ok(await Log.SetBlockAsync(talk.Id, one, true));

        AssertRefused(ChatError.Blocked, await talk.TrySayAsync(one, "no"));
        AssertRefused(ChatError.Blocked, await talk.ChangeAsync(one, ChangeKind.Edit, seq, "no"));
        AssertRefused(ChatError.Blocked, await talk.ChangeAsync(one, ChangeKind.Delete, seq));
        AssertRefused(ChatError.Blocked, await talk.ChangeAsync(one, ChangeKind.React, foreign, "👍"));
        AssertRefused(ChatError.Blocked, await Log.TypingAsync(talk.Id, talk.By(one)));
        await talk.SayAsync(other, "still me");
        Assert.Equal(["hi", "ho", "still me"], (await talk.HistoryAsync(one)).Texts());

        Ok(await Log.SetBlockAsync(talk.Id, one, false));
        await talk.SayAsync(one, "again");
    }

    [Fact]
    public async Task Block_set_before_the_conversation_exists_holds_when_it_begins()
    {
        (Talk talk, string one, string other) = NewDirect();
        Ok(await Log.SetBlockAsync(talk.Id, one, true));

        AssertRefused(ChatError.Blocked, await talk.TrySayAsync(one, "no"));
        Assert.Equal(0, (await talk.RangeAsync()).Last);
        Assert.Equal(1, await talk.SayAsync(other, "hi"));
        AssertRefused(ChatError.Blocked, await talk.TrySayAsync(one, "no"));

        Ok(await Log.SetBlockAsync(talk.Id, one, false));
        Assert.Equal(2, await talk.SayAsync(one, "yes"));
    }

    [Fact]
    public async Task Block_lifted_before_the_conversation_exists_leaves_nothing()
    {
        (Talk talk, string one, string other) = NewDirect();
        Ok(await Log.SetBlockAsync(talk.Id, one, true));
        Ok(await Log.SetBlockAsync(talk.Id, one, false));
        Ok(await Log.SetBlockAsync(talk.Id, other, false));

        Assert.Equal(1, await talk.SayAsync(one, "hi"));
        Assert.Equal(2, await talk.SayAsync(other, "ho"));
    }

    [Fact]
    public async Task Direct_conversation_that_nothing_was_said_in_is_empty_for_its_two_people()
    {
        (Talk talk, string one, _) = NewDirect();

        Summary summary = await talk.SummaryAsync(one);
        HistoryPage page = await talk.HistoryAsync(one);

        Assert.Equal((string.Empty, 0L, 0L, 0L), (summary.Epoch, summary.Last, summary.Unread, summary.Read));
        Assert.True(summary.LastMessage.IsEmpty);
        Assert.Empty(page.Messages);
        Assert.True(page.To < page.From);
        Assert.False(page.More);
        Assert.Equal(0, (await talk.MarkAsync(one, 5)).Read);
        Assert.Empty((await talk.RangeAsync(reader: one)).Entries);
        Assert.Empty(Ok(await Log.ReceiptsAsync(talk.Id, talk.By(one), null, 10)).Items);
        Ok(await Log.TypingAsync(talk.Id, talk.By(one)));
        AssertRefused(ChatError.NoSuchMessage, await talk.ChangeAsync(one, ChangeKind.Edit, 1, "x"));
    }

    [Fact]
    public async Task Third_person_cannot_read_a_direct_conversation()
    {
        (Talk talk, string one, _) = NewDirect();
        long seq = await talk.SayAsync(one, "private");

        AssertRefused(ChatError.NotMember, await talk.TryHistoryAsync("eve"));
        AssertRefused(ChatError.NotMember, await Log.SummaryAsync(talk.Id, talk.By("eve")));
        AssertRefused(ChatError.NotMember, await Log.ReadAsync(talk.Id, talk.By("eve"), 0, 10, null));
        AssertRefused(ChatError.NotMember, await talk.ChangeAsync("eve", ChangeKind.React, seq, "👀"));
        AssertRefused(ChatError.NotMember, await Log.MarkAsync(talk.Id, talk.By("eve"), 1, true, ReceiptAnnouncement.Never));
        AssertRefused(ChatError.NotMember, await Log.ReceiptsAsync(talk.Id, talk.By("eve"), null, 10));
    }

    private async Task AssertShutOutAsync(Talk talk, string user, long seq, ChatError expected)
    {
        long last = (await talk.RangeAsync(limit: 0)).Last;
        AssertRefused(expected, await talk.TrySayAsync(user, "no"));
        foreach (ChangeKind kind in Enum.GetValues<ChangeKind>())
        {
            AssertRefused(expected, await talk.ChangeAsync(user, kind, seq, "no"));
        }

        AssertRefused(expected, await talk.TryHistoryAsync(user));
        AssertRefused(expected, await Log.SummaryAsync(talk.Id, talk.By(user)));
        AssertRefused(expected, await Log.ReadAsync(talk.Id, talk.By(user), 0, 10, null));
        AssertRefused(expected, await Log.MarkAsync(talk.Id, talk.By(user), seq, true, ReceiptAnnouncement.Never));
        AssertRefused(expected, await Log.ReceiptsAsync(talk.Id, talk.By(user), null, 10));
        AssertRefused(expected, await Log.TypingAsync(talk.Id, talk.By(user)));
        AssertRefused(expected, await Groups.MembersAsync(talk.Id.GroupId!, talk.By(user), null, 10));
        Assert.Equal(last, (await talk.RangeAsync(limit: 0)).Last);
    }
}
