using System.ComponentModel;
using System.Runtime.InteropServices;

namespace OrleansChat.Redis;

/// <summary>Signals to a process that is not necessarily our child (POSIX <c>kill(2)</c>).</summary>
public static class PosixSignals
{
    private const int NoSuchProcess = 3;

    /// <summary>Kills at once.</summary>
    public static void Kill(int pid) => Send(pid, 9);

    /// <summary>Asks to end.</summary>
    public static void Terminate(int pid) => Send(pid, 15);

    /// <summary>Interrupts, as Ctrl-C in a terminal does.</summary>
    public static void Interrupt(int pid) => Send(pid, 2);

    /// <summary>Stops a process where it is (<c>SIGSTOP</c>): it answers nothing until <see cref="Resume"/>.</summary>
    public static void Pause(int pid) => Send(pid, OperatingSystem.IsMacOS() ? 17 : 19);

    /// <summary>Continues a paused process.</summary>
    public static void Resume(int pid) => Send(pid, OperatingSystem.IsMacOS() ? 19 : 18);

    private static void Send(int pid, int signal)
    {
        // 0 and below would address whole process groups.
        ArgumentOutOfRangeException.ThrowIfLessThan(pid, 2);
        if (SendSignal(pid, signal) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
        {
            throw new Win32Exception(error);
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int pid, int signal);
}
