using System.Diagnostics;
using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Telemetry;
using static OrleansChat.Redis.Tests.Conversations.Json;

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>What the steps on a conversation announce to the nodes that follow it.</summary>
public sealed class RedisAnnouncementTests(RedisConversations redis) : ConversationSpecification
{
    protected override IMessageLog Log => redis.Log;

    protected override IGroupStore Groups => redis.Groups;

    [Fact]
    public async Task Batch_of_64_is_announced_once_in_order_to_every_node_but_the_origin()
    {
        Talk talk = await NewGroupAsync();
        await using NodeHearing here = await NodeHearing.FollowAsync(redis, "here", talk);
        await using NodeHearing there = await NodeHearing.FollowAsync(redis, "there", talk);
        await using NodeHearing stranger = await NodeHearing.FollowAsync(redis, "stranger");

        AppendReply reply = await talk.AppendAsync([.. Enumerable.Range(0, 64).Select(i => talk.Send("member", $"{i} ä😀"))]);

        (string header, string payload) = Assert.Single(await there.HeardAsync());
        Assert.Equal($"E conversation {talk.Id} {reply.Epoch} 3 -", header);
        LogRange range = await talk.RangeAsync(after: 2);
        Assert.Equal(64, range.Entries.Count);
        Assert.Equal(range.Entries.Select(entry => String(entry.Message)), payload.Split('\n'));
        Assert.Empty(await here.HeardAsync());
        Assert.Empty(await stranger.HeardAsync());
    }

    [Fact]
    public async Task Batch_is_announced_with_its_trace_only_when_somebody_listens_for_it()
    {
        Talk talk = await NewGroupAsync();
        await using NodeHearing there = await NodeHearing.FollowAsync(redis, "traced", talk);
        var send = new ActivityContext(
            ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        string carried = $"00-{send.TraceId}-{send.SpanId}-01";

        await talk.AppendAsync(talk.Send("member", "nobody listens") with { Trace = carried });
        using (var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == ChatTraces.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        })
        {
            ActivitySource.AddActivityListener(listener);
            await talk.AppendAsync(talk.Send("member", "not traced"));
            await talk.AppendAsync(talk.Send("owner", "beside it"), talk.Send("member", "traced") with { Trace = carried });
        }

        string[] traces = [.. (await there.HeardAsync()).Select(heard => heard.Header.Split(' ')[^1])];
        Assert.Equal(["-", "-"], traces[..2]);
        Assert.StartsWith($"00-{send.TraceId}-", traces[2], StringComparison.Ordinal);
        Assert.DoesNotContain(send.SpanId.ToString(), traces[2], StringComparison.Ordinal);
        Assert.All((await talk.RangeAsync(after: 2)).Entries, entry => Assert.DoesNotContain(send.TraceId.ToString(), String(entry.Message), StringComparison.Ordinal));
        Assert.Equal((await talk.RangeAsync(after: 2)).Entries.Select(entry => String(entry.Message)), (await there.HeardAsync()).SelectMany(heard => heard.Payload.Split('\n')));
    }

    [Fact]
    public async Task Batch_of_two_nodes_sends_is_announced_to_both()
    {
        Talk talk = await NewGroupAsync();
        await using NodeHearing one = await NodeHearing.FollowAsync(redis, "mixed-1", talk);
        await using NodeHearing other = await NodeHearing.FollowAsync(redis, "mixed-2", talk);
        talk.Node = "mixed-1";
        SendRequest first = talk.Send("member", "1");
        talk.Node = "mixed-2";
        SendRequest second = talk.Send("owner", "2");

        await talk.AppendAsync(first, second);

        Assert.Equal(2, Assert.Single(await one.HeardAsync()).Payload.Split('\n').Length);
        Assert.Equal(await one.HeardAsync(), await other.HeardAsync());
    }

    [Fact]
    public async Task Concurrent_batches_are_announced_in_the_order_of_their_numbers()
    {
        Talk talk = await NewGroupAsync();
        await using NodeHearing there = await NodeHearing.FollowAsync(redis, "ordered", talk);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => talk.AppendAsync([.. Enumerable.Range(0, i % 7 + 1).Select(j => talk.Send("member", $"{i}/{j}"))])));

        LogRange range = await talk.RangeAsync(after: 2);
        Assert.Equal(range.Entries.Select(entry => String(entry.Message)), (await there.HeardAsync()).SelectMany(heard => heard.Payload.Split('\n')));
    }

    [Fact]
    public async Task Repeat_refusal_and_change_of_nothing_are_announced_to_nobody()
    {
        Talk talk = await NewGroupAsync();
        await talk.SayAsync("member", "hi", "C");
        await talk.ReactAsync("owner", 3, "👍");
        await using NodeHearing there = await NodeHearing.FollowAsync(redis, "quiet", talk);

        await talk.TrySayAsync("member", "hi", "C");
        await talk.TrySayAsync("member", "other", "C");
        await talk.TrySayAsync("stranger", "no");
        await talk.ReactAsync("owner", 3, "👍");
        await DoAsync(talk, "member", GroupVerb.Join);
        await talk.MarkAsync("owner", 3);
        await Log.MarkAsync(talk.Id, talk.By("owner"), 2, true, ReceiptAnnouncement.IfChanged);

        Assert.Empty(await there.HeardAsync());
    }

    [Fact]
    public async Task Changes_and_group_commands_are_announced_as_they_are_logged()
    {
        Talk talk = await NewGroupAsync();
        await using NodeHearing there = await NodeHearing.FollowAsync(redis, "changes", talk);

        await talk.SayAsync("member", "hi");
        await talk.EditAsync("member", 3, "ho");
        await talk.ReactAsync("owner", 3, "👍");
        await talk.PinAsync("owner", 3);
        await talk.DeleteAsync("member", 3);
        await DoAsync(talk, "owner", GroupVerb.Kick, "member");

        (string Header, string Payload)[] heard = await there.HeardAsync();
        string epoch = (await talk.RangeAsync()).Epoch;
        Assert.Equal(Numbers(3, 8).Select(seq => $"E conversation {talk.Id} {epoch} {seq} -"), heard.Select(one => one.Header));
        Assert.Equal((await talk.RangeAsync(after: 4)).Entries.Select(entry => String(entry.Message)), heard.Skip(2).Select(one => one.Payload));
    }

    [Fact]
    public async Task Typing_is_announced_to_all_nodes_with_its_author()
    {
        Talk talk = await NewGroupAsync();
        await using NodeHearing here = await NodeHearing.FollowAsync(redis, "here", talk);

        Ok(await Log.TypingAsync(talk.Id, talk.By("member")));

        Assert.Equal(
            [($"V conversation {talk.Id} - 0 member", $$"""{"ev":"typing","conversation":"{{talk.Id}}","from":"member"}""")], await here.HeardAsync());
    }

    [Fact]
    public async Task Moved_watermark_is_announced_when_asked_for()
    {
        Talk talk = await NewGroupAsync();
        await talk.FillAsync("owner", 5);
        await using NodeHearing here = await NodeHearing.FollowAsync(redis, "here", talk);

        await Log.MarkAsync(talk.Id, talk.By("member"), 4, false, ReceiptAnnouncement.IfChanged);
        await Log.MarkAsync(talk.Id, talk.By("member"), 3, true, ReceiptAnnouncement.Never);
        await Log.MarkAsync(talk.Id, talk.By("member"), 0, true, ReceiptAnnouncement.Always);

        Assert.Equal([Receipt(0, 4), Receipt(3, 4)], (await here.HeardAsync()).Select(heard => heard.Payload));

        string Receipt(int read, int delivered) =>
            $$"""{"ev":"receipt","conversation":"{{talk.Id}}","user":"member","read":{{read}},"delivered":{{delivered}}}""";
    }

    [Fact]
    public async Task Watermarks_of_a_group_over_100_members_are_not_announced()
    {
        Talk talk = await NewGroupAsync(null, [.. Enumerable.Range(0, 97).Select(i => $"user{i}")]);
        await talk.SayAsync("owner", "hi");
        await using NodeHearing here = await NodeHearing.FollowAsync(redis, "here", talk);

        await Log.MarkAsync(talk.Id, talk.By("member"), 3, true, ReceiptAnnouncement.IfChanged);
        await DoAsync(talk, "late", GroupVerb.Join);
        await Log.MarkAsync(talk.Id, talk.By("member"), 4, true, ReceiptAnnouncement.IfChanged);

        Assert.Single(await here.HeardAsync());
    }
}
