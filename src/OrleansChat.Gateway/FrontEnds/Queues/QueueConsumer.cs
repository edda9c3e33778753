using System.Threading.Channels;
using Orleans.Runtime;
using Orleans.Streams;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Tokens;
using OrleansChat.Queues;
using OrleansChat.Streams;

namespace OrleansChat.Gateway.FrontEnds.Queues;

/// <summary>Writes one item to a client, or, for null, whatever keeps an idle connection alive.</summary>
internal delegate Task ItemWriter(QueueItem? item, CancellationToken cancellation);

/// <summary>What every streaming consumer works with.</summary>
internal sealed class QueueConsumers(
    IQueueStore store, ConversationFeeds feeds, [FromKeyedServices(ChatStreams.Provider)] IStreamProvider streams, TokenService tokens, TimeProvider time)
{
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan WriteWithin = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan TurnRetry = TimeSpan.FromMilliseconds(5);
    private const int MaxTurns = 10;
    private const int MaxItems = 32;

    /// <summary>
    /// Streams a queue to a client until it is gone or may not consume (any more); the answer says why. Waits for the conversation's
    /// announcements; wakes by itself only to stay connected and when a lease ends.
    /// </summary>
    public async Task<ChatError?> RunAsync(Caller caller, string token, ConversationId queue, ItemWriter write, CancellationToken gone)
    {
        Result<ConversationFeed> feed = await feeds.AcquireAsync(queue);
        if (!feed.IsOk)
        {
            return feed.Error;
        }

        var wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void Moved(ConversationFeed _) => wake.Writer.TryWrite(true);
        feed.Value.Moved += Moved;
        StreamSubscriptionHandle<Announcement>? heard = null;
        try
        {
            // Entries that this node appended itself come by the feed; a resumed queue announces its last entry again, which the feed drops.
            heard = await streams.GetStream<Announcement>(StreamId.Create(ChatStreams.Conversation, queue.Value)).SubscribeAsync((_, _) =>
            {
                wake.Writer.TryWrite(true);
                return Task.CompletedTask;
            });
            return await ConsumeAsync(caller, token, queue, write, wake.Reader, gone);
        }
        finally
        {
            feed.Value.Moved -= Moved;
            if (heard is not null)
            {
                await heard.UnsubscribeAsync();
            }

            feeds.Release(feed.Value);
        }
    }

    private async Task<ChatError?> ConsumeAsync(
        Caller caller, string token, ConversationId queue, ItemWriter write, ChannelReader<bool> wake, CancellationToken gone)
    {
        string consumer = Ids.NewUnguessable();
        List<long> written = [];
        List<long> given = [];
        int turns = 0;
        long checkedAt = time.GetTimestamp();
        try
        {
            while (!gone.IsCancellationRequested)
            {
                if (time.GetElapsedTime(checkedAt) >= RenewEvery)
                {
                    checkedAt = time.GetTimestamp();
                    if (await tokens.AuthenticateAsync(token) is null)
                    {
                        return ChatError.Unauthenticated;
                    }
                }

                wake.TryRead(out _);
                Result<QueueBatch> batch = await store.StepAsync(
                    queue, caller.Actor, new QueueStep(consumer, written, MaxItems, Force: turns > MaxTurns));
                if (!batch.IsOk)
                {
                    return batch.Error;
                }

                written = [];
                given = [.. batch.Value.Items.Select(item => item.Key)];
                turns = batch.Value.OthersTurn ? turns + 1 : 0;
                foreach (QueueItem item in batch.Value.Items)
                {
                    await WriteAsync(write, item, gone);
                    written.Add(item.Key);
                    given.Remove(item.Key);
                }

                if (given.Count == 0 && written.Count == 0)
                {
                    TimeSpan pause = batch.Value.OthersTurn ? TurnRetry : RenewEvery;
                    bool woken = await WaitAsync(wake, batch.Value.NextReturn is { } next && next < pause ? next : pause, gone);
                    if (!woken && !batch.Value.OthersTurn)
                    {
                        await WriteAsync(write, null, gone);
                    }
                }
            }

            return null;
        }
        catch (OperationCanceledException)
        {
            // The client is gone, or takes nothing any more: what was not written goes to others.
            return null;
        }
        finally
        {
            await store.LeaveAsync(queue, caller.Actor, new QueueStep(consumer, written, 0), given);
        }
    }

    // A client that takes nothing for long must not outlast what it holds.
    private async Task WriteAsync(ItemWriter write, QueueItem? item, CancellationToken gone)
    {
        using var late = new CancellationTokenSource(WriteWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, gone);
        await write(item, either.Token);
        gone.ThrowIfCancellationRequested();
    }

    private async Task<bool> WaitAsync(ChannelReader<bool> wake, TimeSpan most, CancellationToken gone)
    {
        using var timer = new CancellationTokenSource(most, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, gone);
        try
        {
            return await wake.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            return false;
        }
    }
}
