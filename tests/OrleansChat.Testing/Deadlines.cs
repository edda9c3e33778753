namespace OrleansChat.Testing;

/// <summary>How long a test waits for what should happen at once: long enough for a busy machine, short enough to end a hang.</summary>
public static class Deadlines
{
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(60);

    public static async Task WithinAsync(this Task task, TimeSpan? deadline = null, string what = "the task")
    {
        try
        {
            await task.WaitAsync(deadline ?? Default);
        }
        catch (TimeoutException exception) when (!task.IsCompleted)
        {
            throw Late(deadline, what, exception);
        }
    }

    public static async Task<T> WithinAsync<T>(this Task<T> task, TimeSpan? deadline = null, string what = "the task")
    {
        await ((Task)task).WithinAsync(deadline, what);
        return await task;
    }

    internal static TimeoutException Late(TimeSpan? deadline, string what, Exception? cause = null) =>
        new($"{what} did not happen within {(deadline ?? Default).TotalSeconds:0.#} s", cause);
}
