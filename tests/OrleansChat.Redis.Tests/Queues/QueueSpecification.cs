using OrleansChat.Queues;
using OrleansChat.Redis.Tests.Conversations;

namespace OrleansChat.Redis.Tests.Queues;

/// <summary>A group that is used as a queue, as a test speaks of it.</summary>
public abstract class QueueSpecification : ConversationSpecification
{
    protected const string Owner = "owner";

    protected abstract IQueueStore Queues { get; }

    protected async Task<QueueItem?> TakeAsync(Talk talk, QueueTake take, string user = Owner) =>
        Json.Ok(await Queues.TakeAsync(talk.Id, talk.By(user), take)).Items.SingleOrDefault();

    protected Task<QueueItem?> SoftAsync(Talk talk) => TakeAsync(talk, new QueueTake(QueueTakeKind.Soft, TimeSpan.Zero));

    protected Task<QueueItem?> LeaseAsync(Talk talk, string user = Owner) => TakeAsync(talk, new QueueTake(QueueTakeKind.Lease, TimeSpan.FromMinutes(1)), user);

    protected async Task<QueueItem?> HardAsync(Talk talk)
    {
        var take = new QueueTake(QueueTakeKind.Hard, TimeSpan.FromMinutes(1));
        QueueItem? item = await TakeAsync(talk, take);
        if (item is not null)
        {
            Json.Ok(await Queues.ConfirmAsync(talk.Id, talk.By(Owner), take, item.Key));
        }

        return item;
    }

    protected async Task<QueueBatch> BatchAsync(Talk talk, string consumer, long[] written, string user = Owner) =>
        Json.Ok(await Queues.StepAsync(talk.Id, talk.By(user), new QueueStep(consumer, written)));

    /// <summary>A step; the numbers of what it gives.</summary>
    protected async Task<long[]> StepAsync(Talk talk, string consumer, params long[] written) =>
        [.. (await BatchAsync(talk, consumer, written)).Items.Select(item => item.Key)];

    protected async Task LeaveAsync(Talk talk, string consumer, params long[] written) =>
        Json.Ok(await Queues.LeaveAsync(talk.Id, talk.By(Owner), new QueueStep(consumer, written)));

    protected async Task<QueueStats> StatsAsync(Talk talk) => Json.Ok(await Queues.StatsAsync(talk.Id, talk.By(Owner), rates: true));

    protected async Task<long> DepthAsync(Talk talk) => (await StatsAsync(talk)).Depth;

    protected async Task BroadcastAsync(Talk talk) => Json.Ok(await Queues.SetPolicyAsync(talk.Id, talk.By(Owner), QueuePolicy.Broadcast));

    protected static async Task<long[]> SayAsync(Talk talk, int count)
    {
        var keys = new long[count];
        for (int i = 0; i < count; i++)
        {
            keys[i] = await talk.SayAsync(Owner, $"item {i}");
        }

        return keys;
    }
}
