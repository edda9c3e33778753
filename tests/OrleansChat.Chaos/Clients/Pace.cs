namespace OrleansChat.Chaos.Clients;

/// <summary>The rests that are part of what a run does: between two commands, between two faults, before an attempt to come back.</summary>
internal static class Pace
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    public static async Task ForAsync(TimeSpan time, CancellationToken cancel = default)
    {
        using PeriodicTimer timer = new(time < Least ? Least : time);
        await timer.WaitForNextTickAsync(cancel);
    }

    /// <summary>For so many milliseconds.</summary>
    public static Task ForAsync(int milliseconds, CancellationToken cancel = default) => ForAsync(TimeSpan.FromMilliseconds(milliseconds), cancel);
}
