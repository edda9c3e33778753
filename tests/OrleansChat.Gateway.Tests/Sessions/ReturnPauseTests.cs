using OrleansChat.Gateway.Sessions;

namespace OrleansChat.Gateway.Tests.Sessions;

public sealed class ReturnPauseTests
{
    [Fact]
    public void A_single_client_comes_back_within_a_second() =>
        Assert.All(Many(CloseReason.Slow, 1), pause => Assert.InRange(pause, 50, 1_000));

    [Fact]
    public void A_crowd_comes_back_spread_over_the_time_that_the_rest_needs_for_it()
    {
        IReadOnlyList<int> pauses = Many(CloseReason.Shutdown, 20_000);

        Assert.All(pauses, pause => Assert.InRange(pause, 50, 10_000));
        Assert.True(pauses.Max() > 5_000 && pauses.Min() < 5_000, $"from {pauses.Min()} to {pauses.Max()} ms");
    }

    [Fact]
    public void Nobody_waits_longer_than_half_a_minute() =>
        Assert.All(Many(CloseReason.Stale, 10_000_000), pause => Assert.InRange(pause, 50, 30_000));

    [Fact]
    public void Who_should_stay_away_is_told_no_time() =>
        Assert.All(Many(CloseReason.BadToken, 1_000), pause => Assert.Equal(0, pause));

    private static IReadOnlyList<int> Many(CloseReason reason, int crowd) => [.. Enumerable.Range(0, 1_000).Select(_ => ReturnPause.For(reason, crowd))];
}
