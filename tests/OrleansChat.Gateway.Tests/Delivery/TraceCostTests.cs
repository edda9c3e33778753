using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Telemetry;

namespace OrleansChat.Gateway.Tests.Delivery;

/// <summary>What tracing costs while nobody listens for traces, as nobody in these tests does.</summary>
public sealed class TraceCostTests
{
    private static readonly SendRequest[] Batch = [new(new Actor("alice", string.Empty, "node"), "c1", 1, default)];

    [Fact]
    public void Nothing_is_allocated()
    {
        var queue = new OutboundQueue(1 << 20, 4096);
        var items = new List<OutboundItem>(16);
        ChatEvent message = ChatEvent.OfMessage("group:g", 1, "{}"u8.ToArray());

        // What is made once, at first use, does not count.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => Allocated(queue, message, items)));
    }

    private static long Allocated(OutboundQueue queue, ChatEvent message, List<OutboundItem> items)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            Round(queue, message, items);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    // What a message does on its way, as far as traces are concerned.
    private static void Round(OutboundQueue queue, ChatEvent message, List<OutboundItem> items)
    {
        Assert.Null(ChatTraces.BeginSend(1));
        Assert.Null(ChatTraces.Carried(null));
        Assert.Null(ChatTraces.BeginAppend(Batch));
        Assert.Null(ChatTraces.BeginDelivery(string.Empty));
        queue.TryAdd(message);
        Assert.True(IsReady(queue.WaitAsync()));
        items.Clear();
        queue.Take(items, int.MaxValue);
    }

    private static bool IsReady(ValueTask<bool> wait) => wait.IsCompletedSuccessfully;
}
