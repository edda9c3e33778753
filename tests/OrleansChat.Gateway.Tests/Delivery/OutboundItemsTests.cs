using OrleansChat.Gateway.Delivery;

namespace OrleansChat.Gateway.Tests.Delivery;

/// <summary>The ring in which items wait.</summary>
public sealed class OutboundItemsTests
{
    [Fact]
    public void Items_leave_in_the_order_in_which_they_came_however_often_the_ring_wraps_and_grows()
    {
        var items = default(OutboundItems);
        var expected = new Queue<byte>();
        byte next = 0;

        // Always more in than out, and each turn another number: the ring is full at every place in turn when it grows.
        for (int turn = 1; turn <= 20; turn++)
        {
            for (int i = 0; i < turn; i++, next++)
            {
                items.Add(new OutboundItem(null, new[] { next }));
                expected.Enqueue(next);
            }

            for (int i = 0; i < turn - 1; i++)
            {
                Assert.Equal(expected.Dequeue(), items.Oldest.Bytes.Span[0]);
                items.RemoveOldest();
            }

            Assert.Equal(expected.Count, items.Count);
        }

        while (expected.TryDequeue(out byte one))
        {
            Assert.Equal(one, items.Oldest.Bytes.Span[0]);
            items.RemoveOldest();
        }

        Assert.Equal(0, items.Count);
    }

    [Fact]
    public void There_is_room_for_as_many_as_waited_at_once_and_none_before_the_first()
    {
        var items = default(OutboundItems);
        Assert.Equal(0, items.Capacity);

        for (int i = 0; i < 1_000; i++)
        {
            items.Add(default);
            items.Add(default);
            items.RemoveOldest();
            items.RemoveOldest();
        }

        Assert.Equal(4, items.Capacity);
    }
}
