namespace OrleansChat.Load;

/// <summary>Sends on a fixed schedule, whatever the server does: a stall shows in the latencies instead of thinning the load out.</summary>
internal sealed class Pacer(IReadOnlyList<Sender> senders, double perSecond) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Thread? _thread;

    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "pacer" };
        _thread.Start();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread?.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        const long AtMost = 100_000_000;
        PreciseSleep.BePunctual();
        var start = TextStamp.Now;
        var nanosecondsEach = 1e9 / perSecond;
        for (long count = 0; !_stop.IsCancellationRequested;)
        {
            var due = start + (long)(count * nanosecondsEach);
            if (due <= TextStamp.Now)
            {
                senders[(int)(count++ % senders.Count)].Due(due);
            }
            else
            {
                PreciseSleep.Until(Math.Min(due, TextStamp.Now + AtMost));
            }
        }
    }
}
