using System.Text.Json;
using OrleansChat.Conversations;
using static OrleansChat.Redis.Tests.Conversations.Json;

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>Numbers, time and the answers of appending (invariants I1 and I2).</summary>
public abstract class MessageLogSpecification : ConversationSpecification
{
    [Fact]
    public async Task First_message_of_a_direct_conversation_is_1_and_the_others_follow_without_holes()
    {
        (Talk talk, string one, string other) = NewDirect();

        SendReply first = await talk.TrySayAsync(one, "hi");
        AppendReply batch = await talk.AppendAsync([.. Enumerable.Range(0, 64).Select(i => talk.Send(i % 2 == 0 ? other : one, $"{i}"))]);

        Assert.Equal((1L, false), (first.Seq, first.Duplicate));
        Assert.Equal(Numbers(2, 65), batch.Replies.Select(reply => reply.Seq));
        Assert.Equal(65, batch.Last);
        Assert.All(batch.Replies, reply => Assert.Equal(first.Epoch, reply.Epoch));
        LogRange range = await talk.RangeAsync();
        Assert.Equal(Numbers(1, 65), range.Seqs());
        Assert.Equal(["hi", .. Enumerable.Range(0, 64).Select(i => $"{i}")], range.Entries.Select(entry => Text(entry.Message)));
    }

    [Fact]
    public async Task Stored_message_is_what_the_sender_s_node_composes_from_the_reply()
    {
        (Talk talk, string one, _) = NewDirect();
        SendRequest send = talk.Send(one, "\"quotes\" \\ and \n lines, äöü 😀", "C-1");

        SendReply reply = (await talk.AppendOrCreateAsync(send))[0];

        byte[] composed = MessageJson.Compose(talk.Id.Value, reply.Seq, one, reply.At, send.Tail.Span);
        Assert.Equal(String(composed), String((await talk.RangeAsync()).Entries[0].Message));
        JsonElement message = Parse(composed);
        Assert.Equal("C-1", message.GetProperty("clientId").GetString());
        Assert.Equal("\"quotes\" \\ and \n lines, äöü 😀", message.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Numbers_of_concurrent_batches_are_dense_and_each_batch_keeps_its_order()
    {
        (Talk talk, string one, string other) = NewDirect();
        await talk.SayAsync(one, "first");

        AppendReply[] replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(batch =>
            talk.AppendAsync([.. Enumerable.Range(0, 5).Select(i => talk.Send(batch % 2 == 0 ? one : other, $"{batch}/{i}"))])));

        Assert.Equal(Numbers(2, 201), replies.SelectMany(reply => reply.Replies.Select(send => send.Seq)).Order());
        Assert.All(replies, reply => Assert.Equal(reply.Replies.Select(send => send.Seq).Order(), reply.Replies.Select(send => send.Seq)));
    }

    [Fact]
    public async Task Time_of_an_entry_is_never_less_than_that_of_the_one_before()
    {
        Talk talk = await NewGroupAsync();
        for (int i = 0; i < 50; i++)
        {
            long seq = await talk.SayAsync("member", $"{i}");
            await talk.ReactAsync("owner", seq, "👍");
        }

        long[] times = [.. (await talk.RangeAsync()).Entries.Select(entry => Parse(entry.Message).GetProperty("at").GetInt64())];

        Assert.Equal(102, times.Length);
        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public async Task Direct_conversation_must_be_created_with_both_people_before_anything_is_appended()
    {
        (Talk talk, string one, _) = NewDirect();
        SendRequest send = talk.Send(one, "hi");

        AppendReply refused = await talk.AppendAsync(send);

        Assert.Equal(AppendOutcome.MustCreate, refused.Outcome);
        Assert.Empty(refused.Replies);
        Assert.Equal(0, (await talk.RangeAsync()).Last);
        AppendReply created = await Log.AppendAsync(new AppendBatch(talk.Id, [send], null, talk.Pair()));
        Assert.Equal((AppendOutcome.Done, 1L), (created.Outcome, created.Last));
    }

    [Fact]
    public async Task Direct_conversation_that_two_nodes_create_at_once_begins_once()
    {
        (Talk talk, string one, string other) = NewDirect();

        AppendReply[] replies = await Task.WhenAll(
            Log.AppendAsync(new AppendBatch(talk.Id, [talk.Send(one, "1")], null, talk.Pair())),
            Log.AppendAsync(new AppendBatch(talk.Id, [talk.Send(other, "2")], null, talk.Pair())));

        Assert.Equal([1L, 2L], replies.Select(reply => reply.Replies[0].Seq).Order());
        Assert.Equal(replies[0].Epoch, replies[1].Epoch);
        Assert.Equal(["1", "2"], (await talk.HistoryAsync(one)).Texts().Order());
    }

    [Fact]
    public async Task Send_to_a_group_that_does_not_exist_is_refused_for_each()
    {
        var talk = new Talk(Log, ConversationId.Group(NewName("none")));

        AppendReply reply = await talk.AppendAsync(talk.Send("member", "1"), talk.Send("owner", "2"));

        Assert.Equal(2, reply.Replies.Count);
        Assert.All(reply.Replies, send => AssertRefused(ChatError.NoSuchConversation, send));
    }

    [Fact]
    public async Task Refused_send_takes_no_number_and_does_not_disturb_the_others_of_its_batch()
    {
        Talk talk = await NewGroupAsync();

        AppendReply reply = await talk.AppendAsync(
            talk.Send("member", "1"), talk.Send("stranger", "2"), talk.Send("owner", "3"), talk.Send("stranger", "4"), talk.Send("member", "5"));

        Assert.Equal([3L, 0, 4, 0, 5], reply.Replies.Select(send => send.Seq));
        AssertRefused(ChatError.NotMember, reply.Replies[1]);
        AssertRefused(ChatError.NotMember, reply.Replies[3]);
        Assert.Equal(5, reply.Last);
        Assert.Equal(["1", "3", "5"], (await talk.HistoryAsync("owner", after: 2)).Texts());
    }
}
