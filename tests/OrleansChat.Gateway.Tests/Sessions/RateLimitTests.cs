using OrleansChat.Gateway.Sessions;
using OrleansChat.Gateway.Tests.Simulation;

namespace OrleansChat.Gateway.Tests.Sessions;

public sealed class RateLimitTests
{
    [Fact]
    public void Burst_is_four_seconds_worth_and_then_comes_what_time_brings()
    {
        var time = new VirtualTime();
        var limit = new RateLimit(time, 10);

        Assert.Equal(40, Take(limit, 100));
        time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal(0, Take(limit, 100));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, Take(limit, 100));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, Take(limit, 100));
    }

    [Fact]
    public void Rest_saves_up_one_burst_and_no_more()
    {
        var time = new VirtualTime();
        var limit = new RateLimit(time, 10);
        Take(limit, 40);

        time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(40, Take(limit, 100));
    }

    [Fact]
    public void Steady_use_at_the_rate_is_never_refused()
    {
        var time = new VirtualTime();
        var limit = new RateLimit(time, 10);
        Take(limit, 40);

        for (int i = 0; i < 1000; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(101));
            Assert.True(limit.TryTake());
        }
    }

    [Fact]
    public void Rate_of_0_permits_everything() => Assert.Equal(100_000, Take(new RateLimit(new VirtualTime(), 0), 100_000));

    private static int Take(RateLimit limit, int attempts) => Enumerable.Range(0, attempts).Count(_ => limit.TryTake());
}
