using OrleansChat.Client;

namespace OrleansChat.Cli.Live;

/// <summary>
/// Tells the server how far a conversation was shown. One call is on its way at a time, for the highest number; a connection that is lost
/// meanwhile only delays it. Showing never waits for it.
/// </summary>
internal sealed class ReadMarks(ChatClient chat, string conversation) : IDisposable
{
    private readonly SemaphoreSlim _news = new(0);
    private long _shown;
    private long _marked;

    /// <summary>Notes that everything up to a number was shown.</summary>
    public void Raise(long seq)
    {
        if (Interlocked.Exchange(ref _shown, Math.Max(seq, Volatile.Read(ref _shown))) < seq)
        {
            _news.Release();
        }
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            await _news.WaitAsync(cancel);
            await FlushAsync(cancel);
        }
    }

    /// <summary>Says what has not been said yet.</summary>
    public async Task FlushAsync(CancellationToken cancel)
    {
        long seq = Volatile.Read(ref _shown);
        if (seq > _marked)
        {
            await chat.KeepTryingAsync(async () =>
            {
                await chat.ReadAsync(conversation, seq, cancel);
                return true;
            }, cancel);
            _marked = seq;
        }
    }

    public void Dispose() => _news.Dispose();
}
