using OrleansChat.Client;

namespace OrleansChat.Cli.Live;

/// <summary>Calls that outlive a lost connection.</summary>
internal static class Patience
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Repeats a call that is safe to repeat until it is answered, or the client has ended.</summary>
    /// <exception cref="ChatException">It was refused, or there will be no further connection.</exception>
    public static async Task<T> KeepTryingAsync<T>(this ChatClient chat, Func<Task<T>> call, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (ChatException lost) when (lost.Retry && !chat.Closed.IsCompleted)
            {
                await Task.Delay(Pause, cancel);
            }
        }
    }
}
