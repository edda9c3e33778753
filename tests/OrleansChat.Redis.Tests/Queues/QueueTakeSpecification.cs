using OrleansChat.Groups;
using OrleansChat.Queues;
using OrleansChat.Redis.Tests.Conversations;
using OrleansChat.Testing;

namespace OrleansChat.Redis.Tests.Queues;

/// <summary>Taking, leasing, confirming, returning; depth.</summary>
public abstract class QueueTakeSpecification : QueueSpecification
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task What_is_on_its_way_is_not_in_the_queue_and_comes_back_when_nobody_confirms_it_in_time()
    {
        Talk talk = await NewGroupAsync();
        long[] keys = await SayAsync(talk, 2);
        var lost = new QueueTake(QueueTakeKind.Hard, Moment);
        Assert.Equal(keys[0], (await TakeAsync(talk, lost))!.Key);

        await Eventually.ValueAsync(async () => (await SoftAsync(talk))!.Key, key => key == keys[0]);
        var second = new QueueTake(QueueTakeKind.Hard, TimeSpan.FromMinutes(1));
        Assert.Equal(keys[0], (await TakeAsync(talk, second))!.Key);
        Assert.Equal(1, await DepthAsync(talk));
        Json.AssertRefused(ChatError.Forbidden, await Queues.ConfirmAsync(talk.Id, talk.By(Owner), lost, keys[0]));
        Json.AssertRefused(ChatError.Forbidden, await Queues.ReturnAsync(talk.Id, talk.By(Owner), lost, keys[0]));

        Json.Ok(await Queues.ConfirmAsync(talk.Id, talk.By(Owner), second, keys[0]));
        Json.AssertRefused(ChatError.NoSuchMessage, await Queues.ConfirmAsync(talk.Id, talk.By(Owner), second, keys[0]));
        Assert.Equal((1, 1), ((await StatsAsync(talk)).Depth, (await StatsAsync(talk)).Consumed));
    }

    [Fact]
    public async Task What_is_returned_is_the_oldest_again_however_late()
    {
        Talk talk = await NewGroupAsync();
        long[] keys = await SayAsync(talk, 3);
        var take = new QueueTake(QueueTakeKind.Lease, TimeSpan.FromMinutes(1));
        await TakeAsync(talk, take);
        Assert.Equal(keys[1], (await HardAsync(talk))!.Key);

        Json.Ok(await Queues.ReturnAsync(talk.Id, talk.By(Owner), take, keys[0]));

        Assert.Equal([keys[0], keys[2]], new[] { (await HardAsync(talk))!.Key, (await HardAsync(talk))!.Key });
        Assert.Null(await HardAsync(talk));
    }

    [Fact]
    public async Task A_guest_s_lease_is_not_that_of_the_next_guest_of_the_same_name()
    {
        Talk talk = (await NewGroupAsync(null, "guest")).Guest("guest", "first");
        await DoAsync(talk, Owner, GroupVerb.Kick, "guest");
        await DoAsync(talk, "guest", GroupVerb.Join);
        long key = (await SayAsync(talk, 1))[0];
        await LeaseAsync(talk, "guest");
        talk.Guest("guest", "second");
        Json.AssertRefused(ChatError.NotMember, await Queues.AcknowledgeAsync(talk.Id, talk.By("guest"), key));
        await DoAsync(talk, Owner, GroupVerb.Kick, "guest");
        await DoAsync(talk, "guest", GroupVerb.Join);

        Json.AssertRefused(ChatError.Forbidden, await Queues.AcknowledgeAsync(talk.Id, talk.By("guest"), key));
    }

    [Fact]
    public async Task Depth_is_exact_whatever_was_deleted()
    {
        Talk talk = await NewGroupAsync();
        long[] keys = await SayAsync(talk, 8);
        await talk.EditAsync(Owner, keys[7], "edited");
        await talk.DeleteAsync(Owner, keys[0]);
        await talk.DeleteAsync(Owner, keys[7]);
        Assert.Equal(6, await DepthAsync(talk));
        Assert.Equal(keys[1], (await HardAsync(talk))!.Key);
        Assert.Equal(keys[2], (await LeaseAsync(talk))!.Key);
        Assert.Equal(keys[3], (await LeaseAsync(talk))!.Key);

        await talk.DeleteAsync(Owner, keys[1]);
        await talk.DeleteAsync(Owner, keys[2]);
        await talk.DeleteAsync(Owner, keys[4]);

        Assert.Equal(3, await DepthAsync(talk));
        Assert.Equal([keys[5], keys[6]], new[] { (await HardAsync(talk))!.Key, (await HardAsync(talk))!.Key });
        Assert.Equal(1, await DepthAsync(talk));
        Assert.Null(await HardAsync(talk));
        Json.Ok(await Queues.AcknowledgeAsync(talk.Id, talk.By(Owner), keys[3]));
        Assert.Equal(0, await DepthAsync(talk));
        long next = (await SayAsync(talk, 1))[0];
        Assert.Equal(1, await DepthAsync(talk));
        Assert.Equal(next, (await HardAsync(talk))!.Key);
    }

    [Fact]
    public async Task An_item_is_found_behind_thousands_of_entries_that_are_none()
    {
        Talk talk = await NewGroupAsync();
        long first = (await SayAsync(talk, 1))[0];
        for (int i = 0; i < 5_000; i++)
        {
            await talk.ReactAsync(Owner, first, "👍", i % 2 == 0);
        }

        long[] keys = await SayAsync(talk, 2);
        Assert.Equal(first, (await HardAsync(talk))!.Key);

        QueueBatch searched = await BatchAsync(talk, "a", []);
        Assert.True(searched is { More: true, Items: [] });
        await LeaveAsync(talk, "a");
        Assert.Equal(keys[0], (await HardAsync(talk))!.Key);
        Assert.Equal(1, await DepthAsync(talk));
    }

    [Fact]
    public async Task Looks_are_counted_wherever_the_item_stands()
    {
        Talk talk = await NewGroupAsync();
        long[] keys = await SayAsync(talk, 2);
        await SoftAsync(talk);
        await SoftAsync(talk);
        var take = new QueueTake(QueueTakeKind.Lease, TimeSpan.FromMinutes(1));
        Assert.Equal(2, (await TakeAsync(talk, take))!.Count);
        Assert.Equal((keys[1], 1), ((await SoftAsync(talk))!.Key, 1));
        Json.Ok(await Queues.ReturnAsync(talk.Id, talk.By(Owner), take, keys[0]));

        Assert.Equal(3, (await SoftAsync(talk))!.Count);
        Assert.Equal(3, (await HardAsync(talk))!.Count);
        Assert.Equal(1, (await HardAsync(talk))!.Count);
    }
}
