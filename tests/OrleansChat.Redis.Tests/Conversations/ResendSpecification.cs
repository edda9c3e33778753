using OrleansChat.Conversations;
using static OrleansChat.Redis.Tests.Conversations.Json;

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>A resend that the duplicate window has forgotten says from where the log is to be searched (invariant I3).</summary>
public abstract class ResendSpecification : ConversationSpecification
{
    private const int Window = 8192;
    private const int SearchLimit = 10_000;

    [Fact]
    public async Task Resend_beyond_the_window_finds_its_message_in_the_log()
    {
        Talk talk = await NewGroupAsync();
        SendReply first = await talk.TrySayAsync("member", "first", "C");
        await talk.FillAsync("owner", Window + 100);
        long last = (await talk.RangeAsync(limit: 0)).Last;

        SendReply again = await talk.TrySayAsync("member", "first", "C", after: first.Seq - 1);
        SendReply longAgo = await talk.TrySayAsync("member", "first", "C", after: 0);

        Assert.Equal(first with { Duplicate = true }, again);
        Assert.Equal(again, longAgo);
        AssertRefused(ChatError.Conflict, await talk.TrySayAsync("member", "other", "C", after: first.Seq - 1));
        Assert.Equal(last, (await talk.RangeAsync(limit: 0)).Last);
    }

    [Fact]
    public async Task Resend_beyond_the_window_that_never_arrived_is_appended_once()
    {
        Talk talk = await NewGroupAsync();
        long known = await talk.SayAsync("member", "before");
        await talk.FillAsync("owner", Window + 100);
        long last = (await talk.RangeAsync(limit: 0)).Last;

        SendReply[] replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => talk.TrySayAsync("member", "late", "C", after: known)));

        Assert.All(replies, reply => Assert.Equal(last + 1, reply.Seq));
        Assert.Single(replies, reply => !reply.Duplicate);
        Assert.Equal(last + 1, (await talk.RangeAsync(limit: 0)).Last);
    }

    [Fact]
    public async Task What_its_sender_sent_behind_a_resend_that_has_to_be_searched_is_numbered_after_it()
    {
        Talk talk = await NewGroupAsync();
        long known = await talk.SayAsync("member", "before");
        await talk.FillAsync("owner", Window + 100);
        long last = (await talk.RangeAsync(limit: 0)).Last;

        IReadOnlyList<SendReply> replies = (await talk.AppendAsync(
            talk.Send("member", "resent", "R", after: known),
            talk.Send("owner", "of another", "O"),
            talk.Send("member", "next", "N"),
            talk.Send("member", "resent too", "S", after: known),
            talk.Send("member", "next", "N"))).Replies;

        Assert.All(replies, reply => Assert.Null(reply.Error));
        Assert.Equal([last + 2, last + 1, last + 3, last + 4, last + 3], replies.Select(reply => reply.Seq));
        Assert.Equal([false, false, false, false, true], replies.Select(reply => reply.Duplicate));
    }

    [Fact]
    public async Task Resend_beyond_the_window_finds_a_message_that_was_edited_or_deleted_meanwhile()
    {
        Talk talk = await NewGroupAsync();
        long edited = await talk.SayAsync("member", "edited", "E");
        long deleted = await talk.SayAsync("member", "deleted", "D");
        await talk.EditAsync("member", edited, "changed");
        await talk.DeleteAsync("owner", deleted);
        await talk.FillAsync("owner", Window + 100);

        SendReply e = await talk.TrySayAsync("member", "edited", "E", after: edited - 1);
        SendReply d = await talk.TrySayAsync("member", "deleted", "D", after: edited - 1);

        Assert.Equal((edited, true), (e.Seq, e.Duplicate));
        Assert.Equal((deleted, true), (d.Seq, d.Duplicate));
    }

    [Fact]
    public async Task Resend_is_searched_in_10000_entries_and_refused_as_expired_beyond()
    {
        (Talk talk, string one, string other) = NewDirect();
        await talk.SayAsync(other, "1");
        long first = await talk.SayAsync(one, "first", "C");
        await talk.FillAsync(other, SearchLimit + Window);
        long last = (await talk.RangeAsync(limit: 0)).Last;

        // What the window knows begins with the generation before the present one.
        long windowFrom = (((last - 1) / 4096) - 1) * 4096 + 1;
        long farthest = windowFrom - 1 - SearchLimit;
        Assert.True(farthest > first);
        AssertRefused(ChatError.Expired, await talk.TrySayAsync(one, "first", "C", after: first - 1));
        AssertRefused(ChatError.Expired, await talk.TrySayAsync(one, "new", "N", after: farthest - 1));
        Assert.Equal(last, (await talk.RangeAsync(limit: 0)).Last);

        SendReply reached = await talk.TrySayAsync(one, "new", "N", after: farthest);

        Assert.Equal((null, last + 1, false), (reached.Error, reached.Seq, reached.Duplicate));
    }

    [Fact]
    public async Task First_send_without_after_is_not_searched_for()
    {
        Talk talk = await NewGroupAsync();
        await talk.SayAsync("member", "first", "C");
        await talk.FillAsync("owner", Window + 100);
        long last = (await talk.RangeAsync(limit: 0)).Last;

        SendReply reply = await talk.TrySayAsync("member", "first", "C");

        Assert.Equal((null, last + 1, false), (reply.Error, reply.Seq, reply.Duplicate));
    }

    [Fact]
    public async Task Resends_beyond_the_window_within_one_batch_are_each_found_or_appended()
    {
        Talk talk = await NewGroupAsync();
        long first = await talk.SayAsync("member", "first", "A");
        await talk.FillAsync("owner", Window + 100);
        long last = (await talk.RangeAsync(limit: 0)).Last;

        AppendReply reply = await talk.AppendAsync(
            talk.Send("member", "first", "A", after: 0), talk.Send("member", "lost", "B", after: first), talk.Send("member", "lost", "B", after: first));

        Assert.Equal([first, last + 1, last + 1], reply.Replies.Select(send => send.Seq));
        Assert.Equal([true, false, true], reply.Replies.Select(send => send.Duplicate));
    }

    [Fact]
    public async Task Guest_s_resend_beyond_the_window_is_expired_because_the_log_does_not_tell_guests_of_one_name_apart()
    {
        (Talk talk, string one, string other) = NewDirect();
        talk.Guest(one, "first");
        long sent = await talk.SayAsync(one, "hi", "C");
        await talk.FillAsync(other, Window + 100);

        AssertRefused(ChatError.Expired, await talk.TrySayAsync(one, "hi", "C", after: sent - 1));
    }
}
