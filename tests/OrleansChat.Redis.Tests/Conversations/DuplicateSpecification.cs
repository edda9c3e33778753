using OrleansChat.Conversations;
using OrleansChat.Groups;
using static OrleansChat.Redis.Tests.Conversations.Json;

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>The same send again adds nothing (invariant I3).</summary>
public abstract class DuplicateSpecification : ConversationSpecification
{
    [Fact]
    public async Task Repeat_gives_the_first_number_and_time_back_and_adds_nothing()
    {
        Talk talk = await NewGroupAsync();
        SendReply first = await talk.TrySayAsync("member", "hi", "C");
        await talk.SayAsync("owner", "between");

        SendReply again = await talk.TrySayAsync("member", "hi", "C");
        SendReply resend = await talk.TrySayAsync("member", "hi", "C", after: 0);

        Assert.Equal(first with { Duplicate = true }, again);
        Assert.Equal(again, resend);
        Assert.Equal(first.Seq + 1, (await talk.RangeAsync()).Last);
    }

    [Fact]
    public async Task Repeat_with_other_content_is_a_conflict_and_adds_nothing()
    {
        Talk talk = await NewGroupAsync();
        long first = await talk.SayAsync("member", "hi", "C");

        AssertRefused(ChatError.Conflict, await talk.TrySayAsync("member", "ho", "C"));
        AssertRefused(ChatError.Conflict, await talk.TrySayAsync("member", "ho", "C", after: first - 1));

        Assert.Equal(first, (await talk.RangeAsync()).Last);
    }

    [Fact]
    public async Task Same_client_id_twice_in_one_batch_is_one_message_or_a_conflict()
    {
        Talk talk = await NewGroupAsync();

        AppendReply reply = await talk.AppendAsync(
            talk.Send("member", "hi", "C"), talk.Send("owner", "x"), talk.Send("member", "hi", "C"), talk.Send("member", "other", "C"));

        Assert.Equal([3L, 4, 3], reply.Replies.Take(3).Select(send => send.Seq));
        Assert.Equal([false, false, true], reply.Replies.Take(3).Select(send => send.Duplicate));
        AssertRefused(ChatError.Conflict, reply.Replies[3]);
        Assert.Equal(reply.Replies[0].At, reply.Replies[2].At);
        Assert.Equal(4, (await talk.RangeAsync()).Last);
    }

    [Fact]
    public async Task Same_client_id_of_two_senders_is_two_messages()
    {
        Talk talk = await NewGroupAsync();

        AppendReply reply = await talk.AppendAsync(talk.Send("member", "hi", "C"), talk.Send("owner", "hi", "C"));

        Assert.Equal([3L, 4], reply.Replies.Select(send => send.Seq));
        Assert.DoesNotContain(reply.Replies, send => send.Duplicate);
    }

    [Fact]
    public async Task Same_send_from_many_nodes_at_once_is_one_message()
    {
        (Talk talk, string one, _) = NewDirect();

        SendReply[] replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => talk.TrySayAsync(one, "hi", "C")));

        Assert.All(replies, reply => Assert.Equal(1, reply.Seq));
        Assert.Single(replies, reply => !reply.Duplicate);
        Assert.Equal(1, (await talk.RangeAsync()).Last);
    }

    [Fact]
    public async Task Repeat_is_recognised_before_membership_is_asked()
    {
        Talk talk = await NewGroupAsync();
        long seq = await talk.SayAsync("member", "hi", "C");
        await DoAsync(talk, "owner", GroupVerb.Kick, "member");

        SendReply again = await talk.TrySayAsync("member", "hi", "C");

        Assert.Equal((seq, true), (again.Seq, again.Duplicate));
        AssertRefused(ChatError.NotMember, await talk.TrySayAsync("member", "hi", "D"));
    }

    // The window has two generations of 4,096 that take turns: at least the last 4,096 sends are known, at most 8,192.
    [Fact]
    public async Task Last_4096_sends_are_recognised_whatever_turn_the_generations_have_taken()
    {
        (Talk talk, string one, string other) = NewDirect();
        int sent = 0;
        foreach (int upTo in new[] { 4095, 4096, 4097, 8191, 8192, 8193, 12_289 })
        {
            while (sent < upTo)
            {
                int count = Math.Min(AppendBatch.MaxSends, upTo - sent);
                await talk.AppendOrCreateAsync([.. Enumerable.Range(sent + 1, count).Select(n => talk.Send(n % 2 == 0 ? one : other, $"{n}", $"id-{n}"))]);
                sent += count;
            }

            int oldest = Math.Max(1, sent - 4095);
            int[] asked = [.. new[] { oldest, oldest + 1, (oldest + sent) / 2, sent - 1, sent }.Distinct()];
            AppendReply reply = await talk.AppendAsync([.. asked.Select(n => talk.Send(n % 2 == 0 ? one : other, $"{n}", $"id-{n}"))]);
            Assert.Equal(asked.Select(n => (long)n), reply.Replies.Select(send => send.Seq));
            Assert.All(reply.Replies, send => Assert.True(send.Duplicate));
        }

        Assert.Equal(12_289, (await talk.RangeAsync(limit: 1)).Last);

        // Every one of the last 4,096, in full batches; none is new.
        foreach (int[] batch in Enumerable.Range(sent - 4095, 4096).Chunk(AppendBatch.MaxSends))
        {
            AppendReply reply = await talk.AppendAsync([.. batch.Select(n => talk.Send(n % 2 == 0 ? one : other, $"{n}", $"id-{n}"))]);
            Assert.All(reply.Replies.Zip(batch), pair => Assert.Equal((pair.Second, true), (pair.First.Seq, pair.First.Duplicate)));
        }
    }

    [Fact]
    public async Task Window_counts_sends_and_not_changes_or_system_entries()
    {
        Talk talk = await NewGroupAsync();
        long first = await talk.SayAsync("member", "first", "C");
        for (int i = 0; i < 30; i++)
        {
            await talk.ReactAsync("owner", first, "👍", on: i % 2 == 0);
        }

        await talk.FillAsync("owner", 4095);

        SendReply again = await talk.TrySayAsync("member", "first", "C");

        Assert.Equal((first, true), (again.Seq, again.Duplicate));
    }
}
