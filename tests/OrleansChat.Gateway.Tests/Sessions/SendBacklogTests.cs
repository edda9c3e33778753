using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Gateway.Tests.Simulation;

namespace OrleansChat.Gateway.Tests.Sessions;

/// <summary>How many sends of a node may wait together.</summary>
public sealed class SendBacklogTests
{
    private readonly VirtualTime _time = new();
    private readonly Lines _log = new();

    [Fact]
    public void So_many_sends_have_a_place_and_the_next_has_one_when_another_leaves()
    {
        SendBacklog backlog = Open(sends: 3, bytes: 1000);

        Assert.Equal([true, true, true, false, false], Enumerable.Range(0, 5).Select(_ => backlog.TryEnter(10)));
        backlog.Leave(10);

        Assert.True(backlog.TryEnter(10));
        Assert.Equal((3, 30), (backlog.Count, backlog.Bytes));
    }

    [Fact]
    public void So_many_bytes_have_a_place()
    {
        SendBacklog backlog = Open(sends: 1000, bytes: 100);

        Assert.True(backlog.TryEnter(60));
        Assert.False(backlog.TryEnter(41));
        Assert.True(backlog.TryEnter(40));
        Assert.False(backlog.TryEnter(1));

        Assert.Equal((2, 100), (backlog.Count, backlog.Bytes));
    }

    [Fact]
    public void A_send_larger_than_the_bound_goes_alone()
    {
        SendBacklog backlog = Open(sends: 10, bytes: 100);

        Assert.True(backlog.TryEnter(200));
        Assert.False(backlog.TryEnter(1));
        backlog.Leave(200);

        Assert.Equal((0, 0), (backlog.Count, backlog.Bytes));
        Assert.True(backlog.TryEnter(1));
    }

    [Fact]
    public void The_refusal_says_that_it_may_be_tried_again() =>
        Assert.Equal((4290, "rate_limited", true), (SendBacklog.Full.Code, SendBacklog.Full.Name, SendBacklog.Full.Retry));

    [Fact]
    public async Task Places_are_neither_lost_nor_made_up_when_many_come_and_go_at_once()
    {
        SendBacklog backlog = Open(sends: 8, bytes: 1 << 20);
        long over = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                if (backlog.TryEnter(i))
                {
                    // Those who are just being refused are counted for a moment.
                    Interlocked.Add(ref over, backlog.Count > 16 ? 1 : 0);
                    backlog.Leave(i);
                }
            }
        })));

        Assert.Equal(0, over);
        Assert.Equal((0, 0), (backlog.Count, backlog.Bytes));
    }

    [Fact]
    public void A_flood_of_refusals_is_a_line_in_ten_seconds()
    {
        SendBacklog backlog = Open(sends: 1, bytes: 100);
        backlog.TryEnter(7);

        Refuse(backlog, 1000);
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Refuse(backlog, 1000);
        Assert.Equal("Sends are refused: 1 of 7 bytes wait for storage on this node; 1 refused since its start", Assert.Single(_log.All));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Refuse(backlog, 1000);

        Assert.Equal(2, _log.All.Count);
        Assert.EndsWith("2001 refused since its start", _log.All.Last(), StringComparison.Ordinal);
    }

    private static void Refuse(SendBacklog backlog, int times) => Assert.All(Enumerable.Range(0, times), _ => Assert.False(backlog.TryEnter(1)));

    private SendBacklog Open(int sends, int bytes) =>
        new(new GatewayOptions { Limits = new ChatLimits { NodePendingSends = sends, NodePendingBytes = bytes } }, _time, _log);

    private sealed class Lines : ILogger<SendBacklog>
    {
        public ConcurrentQueue<string> All { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue(formatter(state, exception));
    }
}
