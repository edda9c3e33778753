using OrleansChat.Groups;
using OrleansChat.Queues;
using OrleansChat.Redis.Tests.Conversations;
using static OrleansChat.Redis.Tests.Conversations.Json;

namespace OrleansChat.Redis.Tests.Queues;

/// <summary>The steps of streaming consumers.</summary>
public abstract class QueueStreamSpecification : QueueSpecification
{
    /// <summary>Lets the time of a consumer be over.</summary>
    protected abstract Task ExpireAsync(Talk talk, string consumer);

    [Fact]
    public async Task Roundrobin_deals_in_turn_whoever_steps_first()
    {
        Talk talk = await NewGroupAsync();
        await StepAsync(talk, "a");
        await StepAsync(talk, "b");
        long[] keys = await SayAsync(talk, 5);

        Assert.Equal([keys[1], keys[3]], await StepAsync(talk, "b"));
        Assert.Equal([keys[0], keys[2], keys[4]], await StepAsync(talk, "a"));
        Assert.Empty(await StepAsync(talk, "b", keys[1], keys[3]));
        Assert.Empty(await StepAsync(talk, "a", keys[0], keys[2], keys[4]));
        Assert.Equal((0, 5), ((await StatsAsync(talk)).Depth, (await StatsAsync(talk)).Consumed));

        // Whose turn it is outlasts a pause.
        long next = (await SayAsync(talk, 1))[0];
        Assert.Empty(await StepAsync(talk, "a"));
        Assert.Equal([next], await StepAsync(talk, "b"));
    }

    [Fact]
    public async Task Nobody_has_more_in_their_hands_than_permitted()
    {
        Talk talk = await NewGroupAsync();
        long[] keys = await SayAsync(talk, 20);

        Assert.Equal(keys[..8], await StepAsync(talk, "a"));
        Assert.Equal(keys[8..16], await StepAsync(talk, "b"));
        Assert.Equal(keys[..8], await StepAsync(talk, "a"));
        Assert.Equal(keys[16..], await StepAsync(talk, "a", keys[..8]));
        Assert.Equal(12, await DepthAsync(talk));
        Assert.Equal(12, (await StatsAsync(talk)).Leased);
    }

    [Fact]
    public async Task What_who_leaves_has_not_written_goes_to_others_in_its_old_place()
    {
        Talk talk = await NewGroupAsync();
        long[] keys = await SayAsync(talk, 10);
        await StepAsync(talk, "a");

        await LeaveAsync(talk, "a", keys[0]);

        Assert.Equal(keys[1..9], await StepAsync(talk, "b"));
        Assert.Equal([keys[9]], await StepAsync(talk, "b", keys[1..9]));
        Assert.Equal(1, (await StatsAsync(talk)).Consumers);
    }

    [Fact]
    public async Task What_a_consumer_held_whose_time_is_over_goes_to_others_and_counts_once()
    {
        Talk talk = await NewGroupAsync();
        long[] keys = await SayAsync(talk, 2);
        Assert.Equal(keys, await StepAsync(talk, "a"));
        await ExpireAsync(talk, "a");

        Assert.Equal(keys, await StepAsync(talk, "b"));
        Assert.Empty(await StepAsync(talk, "a", keys));
        Assert.Empty(await StepAsync(talk, "b", keys));

        Assert.Equal((0, 2), ((await StatsAsync(talk)).Depth, (await StatsAsync(talk)).Consumed));
    }

    [Fact]
    public async Task What_a_late_consumer_wrote_counts_if_nobody_else_was_given_it()
    {
        Talk talk = await NewGroupAsync();
        long[] keys = await SayAsync(talk, 2);
        await StepAsync(talk, "a");
        await ExpireAsync(talk, "a");

        Assert.Empty(await StepAsync(talk, "a", keys));
        Assert.Equal(0, await DepthAsync(talk));
    }

    [Fact]
    public async Task A_stopped_queue_deals_nothing()
    {
        Talk talk = await NewGroupAsync();
        await StepAsync(talk, "a");
        Ok(await Queues.SetStoppedAsync(talk.Id, talk.By(Owner), true));
        long[] keys = await SayAsync(talk, 1);

        Assert.Empty(await StepAsync(talk, "a"));
        Ok(await Queues.SetStoppedAsync(talk.Id, talk.By(Owner), false));
        Assert.Equal(keys, await StepAsync(talk, "a"));
    }

    [Fact]
    public async Task What_was_cleared_or_deleted_in_a_consumer_s_hands_is_not_consumed_twice()
    {
        Talk talk = await NewGroupAsync();
        long[] keys = await SayAsync(talk, 3);
        await StepAsync(talk, "a");
        await talk.DeleteAsync(Owner, keys[2]);
        Assert.Equal(keys[..2], await StepAsync(talk, "a"));
        Ok(await Queues.ClearAsync(talk.Id, talk.By(Owner)));

        Assert.Empty(await StepAsync(talk, "a", keys));
        await LeaveAsync(talk, "a");
        Assert.Equal((0, 2), ((await StatsAsync(talk)).Depth, (await StatsAsync(talk)).Consumed));
    }

    [Fact]
    public async Task Where_history_begins_with_joining_old_items_are_dealt_to_those_who_may_read_them()
    {
        Talk talk = await NewGroupAsync(new GroupSettings("T", JoinPolicy.Open, HistoryFromJoin: true));
        long old = (await SayAsync(talk, 1))[0];
        await DoAsync(talk, "late", GroupVerb.Join);
        Assert.Empty((await BatchAsync(talk, "l", [], "late")).Items);
        Assert.Equal([old], await StepAsync(talk, "o"));
        long[] both = await SayAsync(talk, 2);

        Assert.Equal([both[0]], (await BatchAsync(talk, "l", [], "late")).Items.Select(item => item.Key));
        Assert.Equal([both[1]], await StepAsync(talk, "o", old));
    }

    [Fact]
    public async Task Broadcast_consumes_what_all_who_are_there_have_got()
    {
        Talk talk = await NewGroupAsync();
        await BroadcastAsync(talk);
        long[] keys = await SayAsync(talk, 3);
        Assert.Equal(keys, await StepAsync(talk, "a"));
        Assert.Equal(keys, await StepAsync(talk, "b"));

        await StepAsync(talk, "a", keys);
        Assert.Equal(3, await DepthAsync(talk));
        await StepAsync(talk, "b", keys[0]);
        Assert.Equal(2, await DepthAsync(talk));
        await talk.DeleteAsync(Owner, keys[2]);
        Assert.Equal(1, await DepthAsync(talk));
        await LeaveAsync(talk, "b");

        Assert.Equal((0, 2), ((await StatsAsync(talk)).Depth, (await StatsAsync(talk)).Consumed));
        Assert.Empty(await StepAsync(talk, "c"));
    }

    [Fact]
    public async Task A_broadcast_item_that_comes_back_goes_to_everybody_once()
    {
        Talk talk = await NewGroupAsync();
        await BroadcastAsync(talk);
        long[] keys = await SayAsync(talk, 2);
        var take = new QueueTake(QueueTakeKind.Lease, TimeSpan.FromMinutes(1));
        await TakeAsync(talk, take);
        Assert.Equal([keys[1]], await StepAsync(talk, "a"));
        Assert.Equal([keys[1]], await StepAsync(talk, "b", []));
        Ok(await Queues.ReturnAsync(talk.Id, talk.By(Owner), take, keys[0]));

        Assert.Equal([keys[0]], await StepAsync(talk, "a", keys[1]));
        Assert.Empty(await StepAsync(talk, "a", keys[0]));
        Assert.Equal([keys[0]], await StepAsync(talk, "b", keys[1]));
        Assert.Equal(1, await DepthAsync(talk));
        Assert.Empty(await StepAsync(talk, "b", keys[0]));
        Assert.Equal((0, 2), ((await StatsAsync(talk)).Depth, (await StatsAsync(talk)).Consumed));
    }

    [Fact]
    public async Task Who_is_removed_gets_nothing_and_what_was_dealt_to_them_goes_to_others()
    {
        Talk talk = await NewGroupAsync();
        await BatchAsync(talk, "1", [], "member");
        long[] keys = await SayAsync(talk, 1);
        Assert.Empty(await StepAsync(talk, "a"));
        await DoAsync(talk, Owner, GroupVerb.Kick, "member");

        AssertRefused(ChatError.NotMember, await Queues.StepAsync(talk.Id, talk.By("member"), new QueueStep("1", [])));
        Ok(await Queues.LeaveAsync(talk.Id, talk.By("member"), new QueueStep("1", [])));

        Assert.Equal(keys, await StepAsync(talk, "a"));
    }
}
