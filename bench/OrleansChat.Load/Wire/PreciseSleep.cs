using System.Runtime.InteropServices;

namespace OrleansChat.Load;

/// <summary>Sleeps shorter than the millisecond that <see cref="Thread.Sleep(int)"/> takes at least, without keeping a processor busy.</summary>
internal static class PreciseSleep
{
    private const int SetTimerSlack = 29;

    /// <summary>The kernel may put off the end of this thread's sleeps by 50 us unless told otherwise.</summary>
    public static void BePunctual()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Prctl(SetTimerSlack, 1, 0, 0, 0);
        }
    }

    /// <summary>Sleeps until a time of <see cref="TextStamp.Now"/>.</summary>
    public static void Until(long time)
    {
        var left = time - TextStamp.Now;
        if (left <= 0)
        {
            return;
        }

        if (OperatingSystem.IsLinux())
        {
            // A signal may end it early; the caller looks at the clock again.
            var duration = new Timespec((nint)(left / 1_000_000_000), (nint)(left % 1_000_000_000));
            _ = NanoSleep(in duration, 0);
        }
        else
        {
            Thread.Sleep(1);
        }
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NanoSleep(in Timespec duration, nint remaining);

    [DllImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Timespec(nint Seconds, nint Nanoseconds);
}
