using System.Text;
using BenchmarkDotNet.Attributes;
using OrleansChat.Gateway.Delivery;

namespace OrleansChat.Bench;

/// <summary>One message to so many sessions: encoded once, into each one's queue, and taken out again, as a connection does.</summary>
public class DeliveryBenchmarks
{
    private readonly List<OutboundItem> _taken = [];
    private ReadOnlyMemory<byte> _message;
    private OutboundQueue[] _queues = [];

    /// <summary>Sessions that hear the conversation.</summary>
    [Params(1, 100, 1000)]
    public int Sessions { get; set; }

    /// <summary>Makes the queues.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _message = Encoding.UTF8.GetBytes(
            $$"""{"conversation":"group:g","seq":42,"from":"alice","at":1795219200123,"kind":"text","clientId":"c-17","text":"{{new string('x', 100)}}"}""");
        _queues = [.. Enumerable.Range(0, Sessions).Select(_ => new OutboundQueue(1 << 20, 4096))];
    }

    /// <summary>Fan-out, the way into the queues alone is <see cref="OutboundQueueInAndOut"/>.</summary>
    [Benchmark]
    public int FanOut()
    {
        var message = ChatEvent.OfMessage("group:g", 42, _message);
        foreach (var queue in _queues)
        {
            if (!queue.TryAdd(message))
            {
                throw new InvalidOperationException("A queue is full.");
            }
        }

        var bytes = 0;
        foreach (var queue in _queues)
        {
            bytes += Take(queue);
        }

        return bytes;
    }

    /// <summary>As many events through one session's queue, taken out at once.</summary>
    [Benchmark]
    public int OutboundQueueInAndOut()
    {
        var message = ChatEvent.OfMessage("group:g", 42, _message);
        for (var i = 0; i < Sessions; i++)
        {
            _queues[0].TryAdd(message);
        }

        return Take(_queues[0]);
    }

    private int Take(OutboundQueue queue)
    {
        queue.Take(_taken, int.MaxValue);
        var count = _taken.Count;
        _taken.Clear();
        return count;
    }
}
