using System.Runtime.InteropServices;

namespace OrleansChat.Load;

/// <summary>Sends on a fixed schedule, whatever the server does: a stall shows in the latencies instead of thinning the load out.</summary>
internal sealed partial class Pacer(IReadOnlyList<Sender> senders, double perSecond) : IDisposable
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
        var start = TextStamp.Now;
        var nanosecondsEach = 1e9 / perSecond;
        for (long count = 0; !_stop.IsCancellationRequested;)
        {
            long due;
            for (; (due = start + (long)(count * nanosecondsEach)) <= TextStamp.Now; count++)
            {
                senders[(int)(count % senders.Count)].Due(due);
            }

            SleepUntil(due);
        }
    }

    // Thread.Sleep knows whole milliseconds: at 2,000 a second, half of one would count as the server's delay.
    private static void SleepUntil(long due)
    {
        var left = Math.Clamp(due - TextStamp.Now, 1_000, 100_000_000);
        var time = new Timespec { Nanoseconds = (nint)left };
        _ = NanoSleep(in time, 0);
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NanoSleep(in Timespec time, nint remaining);

    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
