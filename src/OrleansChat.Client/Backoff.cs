namespace OrleansChat.Client;

/// <summary>How long to wait before the next attempt: anything up to a bound that doubles ("full jitter"), so that clients of a lost node do not return all at once.</summary>
/// <param name="first">The first bound.</param>
/// <param name="max">The last bound.</param>
/// <param name="random">Gives numbers from 0 to 1.</param>
internal sealed class Backoff(TimeSpan first, TimeSpan max, Func<double> random)
{
    /// <param name="attempt">How many attempts have failed in a row, from 1.</param>
    public TimeSpan Delay(int attempt)
    {
        var bound = Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Clamp(attempt - 1, 0, 30)), max.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(bound * random());
    }
}
