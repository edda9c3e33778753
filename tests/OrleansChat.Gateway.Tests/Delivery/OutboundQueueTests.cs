using System.Text;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Testing;

namespace OrleansChat.Gateway.Tests.Delivery;

public sealed class OutboundQueueTests
{
    [Fact]
    public void Queue_takes_so_many_events_and_no_more()
    {
        var queue = new OutboundQueue(1 << 20, 3);

        Assert.True(queue.TryAdd(Event(10)));
        Assert.True(queue.TryAdd(Event(10)));
        Assert.True(queue.TryAdd(Event(10)));
        Assert.False(queue.TryAdd(Event(10)));
        Take(queue, 1);
        Assert.True(queue.TryAdd(Event(10)));
        Assert.False(queue.TryAdd(Event(10)));
    }

    /// <summary>Found by a flood: the writer had been woken and then found nothing.</summary>
    [Fact]
    public async Task What_is_dropped_between_waiting_and_taking_is_not_taken_and_then_the_queue_has_ended()
    {
        var queue = new OutboundQueue(1 << 20, 3);
        queue.TryAdd(Event(10));

        Assert.True(await queue.WaitAsync());
        queue.Complete(drop: true);
        var items = new List<OutboundItem>();
        queue.Take(items, 1000);

        Assert.Empty(items);
        Assert.False(await queue.WaitAsync());
    }

    [Fact]
    public void Queue_takes_so_many_bytes_and_no_more()
    {
        var queue = new OutboundQueue(100, 1000);

        Assert.True(queue.TryAdd(Event(60)));
        Assert.False(queue.TryAdd(Event(41)));
        Assert.True(queue.TryAdd(Event(40)));
        Assert.False(queue.TryAdd(Event(15)));
        Assert.Equal(100, queue.Bytes);
    }

    [Fact]
    public void Event_larger_than_the_bound_goes_into_an_empty_queue_only()
    {
        var queue = new OutboundQueue(100, 1000);

        Assert.True(queue.TryAdd(Event(500)));
        Assert.False(queue.TryAdd(Event(15)));
        Take(queue, 1);
        queue.AddReply(new byte[1]);
        Assert.False(queue.TryAdd(Event(500)));
    }

    [Fact]
    public void Replies_are_taken_beyond_the_bound_and_count_against_events()
    {
        var queue = new OutboundQueue(100, 2);

        for (int i = 0; i < 10; i++)
        {
            queue.AddReply(new byte[50]);
        }

        Assert.Equal(500, queue.Bytes);
        Assert.False(queue.TryAdd(Event(15)));
    }

    [Fact]
    public void Items_come_out_in_order_and_at_most_so_many_bytes_at_a_time_but_at_least_one()
    {
        var queue = new OutboundQueue(1 << 20, 1000);
        for (int i = 0; i < 5; i++)
        {
            queue.AddReply(Encoding.ASCII.GetBytes($"{i}234567890"));
        }

        Assert.Equal(["0"], Take(queue, 1));
        Assert.Equal(["1", "2"], Take(queue, 29));
        Assert.Equal(["3", "4"], Take(queue, 1000));
        Assert.Empty(Take(queue, 1000));
        Assert.Equal(0, queue.Bytes);
    }

    [Fact]
    public async Task Reader_is_woken_once_however_many_items_wait()
    {
        var queue = new OutboundQueue(1 << 20, 1000);
        int woken = 0;
        Task reading = ReadAsync();

        for (int i = 0; i < 500; i++)
        {
            Assert.True(queue.TryAdd(Event(20)));
        }

        await reading.WithinAsync();
        Assert.Equal(1, woken);
        Assert.Equal(500, Take(queue, int.MaxValue).Count);

        async Task ReadAsync()
        {
            Assert.True(await queue.WaitAsync());
            woken++;
        }
    }

    [Fact]
    public async Task Wait_that_is_over_before_the_reader_takes_needs_no_second_wake_up()
    {
        var queue = new OutboundQueue(1 << 20, 1000);
        Task<bool> waiting = queue.WaitAsync().AsTask();
        Assert.False(waiting.IsCompleted);

        queue.AddReply(new byte[1]);
        queue.AddReply(new byte[1]);
        queue.Complete(drop: false);

        Assert.True(await waiting);
        Assert.True(await queue.WaitAsync());
        Take(queue, 100);
        Assert.False(await queue.WaitAsync());
    }

    [Fact]
    public async Task Nothing_is_lost_between_a_fast_writer_and_its_reader()
    {
        var queue = new OutboundQueue(int.MaxValue, int.MaxValue);
        const int Count = 100_000;
        Task writing = Task.Run(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                queue.AddReply(BitConverter.GetBytes(i));
            }

            queue.Complete(drop: false);
        });

        int next = 0;
        var items = new List<OutboundItem>();
        while (await queue.WaitAsync().AsTask().WithinAsync())
        {
            items.Clear();
            queue.Take(items, 100);
            foreach (OutboundItem item in items)
            {
                Assert.Equal(next++, BitConverter.ToInt32(item.Bytes.Span));
            }
        }

        await writing;
        Assert.Equal(Count, next);
    }

    [Fact]
    public async Task Room_is_there_while_at_most_half_is_taken_and_again_when_it_is_read()
    {
        var queue = new OutboundQueue(100, 1000);
        Assert.True(queue.WaitForRoomAsync(CancellationToken.None).IsCompletedSuccessfully);
        queue.TryAdd(Event(50));
        Assert.True(queue.WaitForRoomAsync(CancellationToken.None).IsCompletedSuccessfully);
        queue.TryAdd(Event(15));

        Task one = queue.WaitForRoomAsync(CancellationToken.None);
        Task other = queue.WaitForRoomAsync(CancellationToken.None);
        Assert.False(one.IsCompleted || other.IsCompleted);
        Take(queue, 50);

        await one.WithinAsync();
        await other.WithinAsync();
    }

    [Fact]
    public async Task Room_counts_events_too()
    {
        var queue = new OutboundQueue(1 << 20, 4);
        for (int i = 0; i < 3; i++)
        {
            queue.TryAdd(Event(15));
        }

        Task room = queue.WaitForRoomAsync(CancellationToken.None);
        Assert.False(room.IsCompleted);
        Take(queue, 1);
        await room.WithinAsync();
    }

    [Fact]
    public async Task Completed_queue_gives_room_takes_nothing_more_and_drops_or_sends_what_waits()
    {
        var sent = new OutboundQueue(10, 1000);
        var dropped = new OutboundQueue(10, 1000);
        foreach (OutboundQueue queue in new[] { sent, dropped })
        {
            queue.TryAdd(Event(20));
            Task room = queue.WaitForRoomAsync(CancellationToken.None);
            queue.Complete(drop: queue == dropped);
            await room.WithinAsync();
            Assert.True(queue.TryAdd(Event(15)));
            queue.AddReply(new byte[5]);
        }

        Assert.True(await sent.WaitAsync());
        Assert.Single(Take(sent, 1000));
        Assert.False(await sent.WaitAsync());
        Assert.False(await dropped.WaitAsync());
        Assert.Equal(0, dropped.Bytes);
    }

    [Fact]
    public async Task Waiting_for_room_ends_when_it_is_cancelled()
    {
        var queue = new OutboundQueue(10, 1000);
        queue.TryAdd(Event(20));
        using var cancellation = new CancellationTokenSource();
        Task room = queue.WaitForRoomAsync(cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => room.WithinAsync());
    }

    private static ChatEvent Event(int bytes) => ChatEvent.Of("e", new string(' ', bytes - """{"ev":"e"}""".Length));

    private static List<string> Take(OutboundQueue queue, int bytes)
    {
        var items = new List<OutboundItem>();
        queue.Take(items, bytes);
        return [.. items.Select(item => Encoding.UTF8.GetString((item.Event?.Json ?? item.Bytes.ToArray()).AsSpan(0, 1)))];
    }
}
