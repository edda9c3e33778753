namespace OrleansChat.Client.Tests;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 200)]
    [InlineData(4, 800)]
    [InlineData(5, 1000)]
    [InlineData(500, 1000)]
    public void Bound_doubles_up_to_the_largest(int attempt, double milliseconds)
        => Assert.Equal(milliseconds, New(1).Delay(attempt).TotalMilliseconds);

    [Fact]
    public void Jitter_covers_everything_down_to_nothing()
    {
        Assert.Equal(0, New(0).Delay(3).TotalMilliseconds);
        Assert.Equal(200, New(0.5).Delay(3).TotalMilliseconds);
    }

    private static Backoff New(double random) => new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), () => random);
}
