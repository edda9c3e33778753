namespace OrleansChat.Client.Tests;

/// <summary>Waits for conditions, never for times; the deadline only turns a hang into a failure.</summary>
internal static class Deadlines
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Deadline);

    public static Task Soon(this Task task) => task.WaitAsync(Deadline);

    public static Task<T> Soon<T>(this ValueTask<T> task) => task.AsTask().Soon();

    public static Task Soon(this ValueTask task) => task.AsTask().Soon();

    /// <summary>The next event of a type; events of other types before it are skipped.</summary>
    public static async Task<T> NextAsync<T>(this ChatClient client) where T : ChatEvent
    {
        while (true)
        {
            if (await client.Events.ReadAsync().Soon() is T found)
            {
                return found;
            }
        }
    }

    /// <summary>The numbers of the next messages.</summary>
    public static async Task<long[]> NumbersAsync(this ChatClient client, int count)
    {
        var numbers = new long[count];
        for (var i = 0; i < count; i++)
        {
            numbers[i] = (await client.NextAsync<MessageEvent>()).Seq;
        }

        return numbers;
    }

    /// <summary>Asserts the numbers of the next messages.</summary>
    public static async Task DeliversAsync(this ChatClient client, params long[] expected)
        => Assert.Equal(expected, await client.NumbersAsync(expected.Length));
}
