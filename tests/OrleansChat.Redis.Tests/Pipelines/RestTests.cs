using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using OrleansChat.Redis.Connections;
using OrleansChat.Testing;

namespace OrleansChat.Redis.Tests.Pipelines;

/// <summary>While nothing is under way to Redis no timer goes; what is under way is looked after.</summary>
public sealed class RestTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Connection_without_calls_under_way_wakes_nobody()
    {
        var time = new WatchedTime();
        await using var connection = new RedisConnection(
            Options.Create(new RedisOptions { Configuration = redis.Endpoint }), time);

        for (int round = 0; round < 3; round++)
        {
            await connection.ExecuteAsync("PING");
            Assert.True(await connection.Appends.TryRunAsync(new PlainCall()));
            await Eventually.TrueAsync(() => time.Going == 0);
        }

        Assert.True(time.Ticks > 0);
    }

    /// <summary>Knows how many repeating timers go.</summary>
    private sealed class WatchedTime : TimeProvider
    {
        private readonly ConcurrentDictionary<WatchedTimer, bool> _going = new();
        private int _ticks;

        public int Going => _going.Count;

        public int Ticks => Volatile.Read(ref _ticks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new WatchedTimer(this);
            timer.Inner = System.CreateTimer(
                given =>
                {
                    Interlocked.Increment(ref _ticks);
                    callback(given);
                },
                state,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
            timer.Change(dueTime, period);
            return timer;
        }

        private sealed class WatchedTimer(WatchedTime time) : ITimer
        {
            public ITimer? Inner { get; set; }

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                if (period == Timeout.InfiniteTimeSpan)
                {
                    time._going.TryRemove(this, out _);
                }
                else
                {
                    time._going[this] = true;
                }

                return Inner!.Change(dueTime, period);
            }

            public void Dispose()
            {
                time._going.TryRemove(this, out _);
                Inner!.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
