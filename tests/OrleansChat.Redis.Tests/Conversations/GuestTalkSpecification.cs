using OrleansChat.Conversations;
using OrleansChat.Groups;
using static OrleansChat.Redis.Tests.Conversations.Json;

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>Guests of one name are different people: the later one has nothing of the earlier.</summary>
public abstract class GuestTalkSpecification : ConversationSpecification
{
    [Fact]
    public async Task New_guest_of_a_name_reads_nothing_from_before()
    {
        (Talk talk, string guest, string other) = NewDirect();
        talk.Guest(guest, "first");
        await talk.SayAsync(guest, "secret");
        await talk.SayAsync(other, "answer");

        talk.Guest(guest, "second");

        AssertRefused(ChatError.NotMember, await talk.TryHistoryAsync(guest));
        AssertRefused(ChatError.NotMember, await Log.SummaryAsync(talk.Id, talk.By(guest)));
        AssertRefused(ChatError.NotMember, await Log.ReadAsync(talk.Id, talk.By(guest), 0, 10, null));
        AssertRefused(ChatError.NotMember, await talk.ChangeAsync(guest, ChangeKind.Delete, 1));

        Assert.Equal(3, await talk.SayAsync(guest, "new here"));
        Assert.Equal(["new here"], (await talk.HistoryAsync(guest)).Texts());
        Assert.Equal(["new here"], (await talk.HistoryAsync(guest, after: 0)).Texts());
        Assert.Equal([3L], (await talk.RangeAsync(reader: guest)).Seqs());
        Assert.Equal(3, (await talk.SummaryAsync(guest)).From);
        Assert.Equal(["secret", "answer", "new here"], (await talk.HistoryAsync(other)).Texts());
        AssertRefused(ChatError.NoSuchMessage, await talk.ChangeAsync(guest, ChangeKind.Delete, 1));
        AssertRefused(ChatError.NoSuchMessage, await talk.ChangeAsync(guest, ChangeKind.Edit, 1, "forged"));
        AssertRefused(ChatError.NoSuchMessage, await talk.ChangeAsync(guest, ChangeKind.React, 2, "👀"));
    }

    [Fact]
    public async Task Earlier_guest_can_do_nothing_once_a_later_one_is_in()
    {
        (Talk talk, string guest, string other) = NewDirect();
        talk.Guest(guest, "first");
        await talk.SayAsync(guest, "hi");
        talk.Guest(guest, "second");
        await talk.SayAsync(guest, "me now");

        talk.Guest(guest, "first");

        AppendReply reply = await talk.AppendAsync(talk.Send(guest, "ghost"));
        Assert.Equal(AppendOutcome.MustCreate, reply.Outcome);
        AssertRefused(ChatError.NotMember, await talk.TryHistoryAsync(guest));
        Assert.Equal(2, (await talk.RangeAsync()).Last);
        Assert.Equal(["hi", "me now"], (await talk.HistoryAsync(other)).Texts());
    }

    [Fact]
    public async Task Client_id_of_an_earlier_guest_is_no_repeat()
    {
        (Talk talk, string guest, _) = NewDirect();
        talk.Guest(guest, "first");
        long first = await talk.SayAsync(guest, "same", "C");

        talk.Guest(guest, "second");
        SendReply second = await talk.TrySayAsync(guest, "same", "C");

        Assert.Equal((first + 1, false), (second.Seq, second.Duplicate));
    }

    [Fact]
    public async Task Peer_s_message_brings_in_the_guest_who_holds_the_name_now()
    {
        (Talk talk, string guest, string other) = NewDirect();
        talk.Guest(guest, "first");
        await talk.SayAsync(guest, "secret");
        Ok(await Log.ForgetGuestAsync(talk.Id, guest, "first"));
        talk.Guest(guest, "second");

        AppendReply reply = await talk.AppendAsync(talk.Send(other, "who is there?", "Q"));
        Assert.Equal(AppendOutcome.MustCreate, reply.Outcome);
        await talk.SayAsync(other, "who is there?", "Q");

        Assert.Equal(["who is there?"], (await talk.HistoryAsync(guest)).Texts());
        Summary summary = await talk.SummaryAsync(guest);
        Assert.Equal((1L, 1L), (summary.Unread, summary.Read));
    }

    [Fact]
    public async Task Forgetting_a_guest_touches_no_other_incarnation_and_keeps_the_block()
    {
        (Talk talk, string guest, string other) = NewDirect();
        talk.Guest(guest, "first");
        await talk.SayAsync(guest, "hi");

        Ok(await Log.ForgetGuestAsync(talk.Id, guest, "another"));
        Assert.Equal(["hi"], (await talk.HistoryAsync(guest)).Texts());

        Ok(await Log.SetBlockAsync(talk.Id, guest, true));
        Ok(await Log.ForgetGuestAsync(talk.Id, guest, "first"));
        AssertRefused(ChatError.NotMember, await talk.TryHistoryAsync(guest));
        talk.Guest(guest, "second");
        AssertRefused(ChatError.Blocked, await talk.TrySayAsync(guest, "let me in"));
        await talk.SayAsync(other, "no");
    }

    [Fact]
    public async Task Guest_without_membership_is_not_among_the_receipts()
    {
        (Talk talk, string guest, string other) = NewDirect();
        talk.Guest(guest, "first");
        await talk.SayAsync(guest, "hi");
        Ok(await Log.SetBlockAsync(talk.Id, guest, true));
        Ok(await Log.ForgetGuestAsync(talk.Id, guest, "first"));

        Page<Watermark> receipts = Ok(await Log.ReceiptsAsync(talk.Id, talk.By(other), null, 10));

        Assert.Equal([other], receipts.Items.Select(mark => mark.User));
    }

    [Fact]
    public async Task New_guest_of_a_name_is_in_no_group_of_the_earlier_one()
    {
        Talk talk = await NewGroupAsync();
        talk.Guest("guest", "first");
        await DoAsync(talk, "guest", GroupVerb.Join);
        await talk.SayAsync("guest", "hi");

        talk.Guest("guest", "second");

        AssertRefused(ChatError.NotMember, await talk.TrySayAsync("guest", "no"));
        AssertRefused(ChatError.NotMember, await talk.TryHistoryAsync("guest"));
        AssertRefused(ChatError.NotMember, await TryAsync(talk, "guest", GroupVerb.Leave));
        Appended joined = await DoAsync(talk, "guest", GroupVerb.Join);
        Assert.NotEmpty(joined.Message.ToArray());
        await talk.SayAsync("guest", "I am another");
        AssertRefused(ChatError.Forbidden, await talk.ChangeAsync("guest", ChangeKind.Delete, 4));
    }
}
