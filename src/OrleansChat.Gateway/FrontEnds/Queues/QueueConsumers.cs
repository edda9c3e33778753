using System.Threading.Channels;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Queues;
using OrleansChat.Telemetry;

namespace OrleansChat.Gateway.FrontEnds.Queues;

/// <summary>Writes one item to a client, or, for null, whatever keeps an idle connection alive.</summary>
internal delegate Task ItemWriter(QueueItem? item, CancellationToken cancellation);

/// <summary>
/// Streams a queue to a client. A consumer is a session like any other (counted, present, ended with its token), and steps: it says what was
/// written and gets what comes next. It waits for the conversation's announcements; by itself it only wakes to stay connected and when a lease ends.
/// </summary>
internal sealed class QueueConsumers(IQueueStore store, ConversationFeeds feeds, TimeProvider time)
{
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(15);

    // A client that takes nothing for long must not outlast what it holds.
    private static readonly TimeSpan WriteWithin = QueueStep.Lifetime * 0.6;

    /// <summary>Runs until the session is over, or its user may not consume (any more): then the answer says why.</summary>
    public async Task<ChatError?> RunAsync(ChatSession session, ConversationId queue, ItemWriter write)
    {
        using OpenConnection counted = ChatMetrics.Connected("queue");
        Result<ConversationFeed> feed = await feeds.AcquireAsync(queue);
        if (!feed.IsOk)
        {
            return feed.Error;
        }

        var wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void Wake(ConversationFeed _) => wake.Writer.TryWrite(true);
        feed.Value.Moved += Wake;
        feed.Value.QueueChanged += Wake;
        await using ITimer alarm = time.CreateTimer(_ => wake.Writer.TryWrite(true), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Task discarding = DiscardAsync(session);
        try
        {
            return await ConsumeAsync(session, queue, write, wake.Reader, alarm);
        }
        catch (OperationCanceledException) when (session.Closed.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            feed.Value.Moved -= Wake;
            feed.Value.QueueChanged -= Wake;
            feeds.Release(feed.Value);
            session.Close(CloseReason.Gone);
            await discarding;
        }
    }

    // This session hears no conversation, but what is announced to its user comes all the same.
    private static async Task DiscardAsync(ChatSession session)
    {
        var items = new List<OutboundItem>();
        while (await session.Queue.WaitAsync())
        {
            session.Queue.Take(items, int.MaxValue);
            items.Clear();
        }
    }

    private async Task<ChatError?> ConsumeAsync(
        ChatSession session, ConversationId queue, ItemWriter write, ChannelReader<bool> wake, ITimer alarm)
    {
        string consumer = Ids.NewUnguessable();
        List<long> written = [];
        long wroteAt = time.GetTimestamp();
        try
        {
            while (true)
            {
                wake.TryRead(out _);
                session.Closed.ThrowIfCancellationRequested();
                long began = time.GetTimestamp();
                Result<QueueBatch> step = await store.StepAsync(queue, session.Caller.Actor, new QueueStep(consumer, written));
                if (step.Error is { Retry: false } refused)
                {
                    return refused;
                }

                if (step.Value is { } batch)
                {
                    written = [];
                    if (batch.Items.Count > 0 || time.GetElapsedTime(wroteAt) >= HeartbeatEvery)
                    {
                        await WriteAsync(session, batch.Items, written, write, began);
                        wroteAt = time.GetTimestamp();
                    }

                    if (batch.More || batch.Items.Count > 0)
                    {
                        continue;
                    }
                }

                TimeSpan pause = step.Value?.NextReturn is { } next && next < RenewEvery ? next : RenewEvery;
                alarm.Change(pause, Timeout.InfiniteTimeSpan);
                await wake.WaitToReadAsync(session.Closed);
            }
        }
        finally
        {
            await store.LeaveAsync(queue, session.Caller.Actor, new QueueStep(consumer, written));
        }
    }

    private async Task WriteAsync(ChatSession session, IReadOnlyList<QueueItem> items, List<long> written, ItemWriter write, long began)
    {
        using var late = new CancellationTokenSource(WriteWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, session.Closed);
        try
        {
            if (items.Count == 0)
            {
                await write(null, either.Token);
            }

            foreach (QueueItem item in items)
            {
                // A process that stood still may hold what was given to others meanwhile.
                if (time.GetElapsedTime(began) >= WriteWithin)
                {
                    session.Close(CloseReason.Slow);
                }

                session.Closed.ThrowIfCancellationRequested();
                await write(item, either.Token);
                session.Closed.ThrowIfCancellationRequested();
                written.Add(item.Key);
            }
        }
        catch (OperationCanceledException) when (!session.Closed.IsCancellationRequested)
        {
            session.Close(CloseReason.Slow);
            throw;
        }
    }
}
