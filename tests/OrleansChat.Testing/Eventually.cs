using System.Runtime.CompilerServices;

namespace OrleansChat.Testing;

/// <summary>
/// Awaits a condition that another process or the network brings about, which no barrier can announce. Tests poll here and nowhere else.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    public static Task TrueAsync(
        Func<bool> condition, TimeSpan? deadline = null, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        TrueAsync(() => Task.FromResult(condition()), deadline, what);

    public static Task TrueAsync(
        Func<Task<bool>> condition, TimeSpan? deadline = null, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        ValueAsync(condition, value => value, deadline, what);

    /// <summary>Reads until the value satisfies the condition and returns it; the failure names the last value read.</summary>
    public static async Task<T> ValueAsync<T>(
        Func<Task<T>> read, Func<T, bool> satisfies, TimeSpan? deadline = null, [CallerArgumentExpression(nameof(satisfies))] string what = "")
    {
        long started = TimeProvider.System.GetTimestamp();
        using PeriodicTimer timer = new(Step);
        while (true)
        {
            T value = await read().WithinAsync(deadline, what);
            if (satisfies(value))
            {
                return value;
            }

            if (TimeProvider.System.GetElapsedTime(started) > (deadline ?? Deadlines.Default))
            {
                throw Deadlines.Late(deadline, $"{what} (last: {value})");
            }

            await timer.WaitForNextTickAsync();
        }
    }
}
