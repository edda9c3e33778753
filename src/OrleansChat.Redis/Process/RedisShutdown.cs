using System.Diagnostics;
using System.Net.Sockets;

namespace OrleansChat.Redis;

/// <summary>Ends a redis-server: in order where it listens to us, by force where it does not.</summary>
internal static class RedisShutdown
{
    /// <summary>
    /// Sends <c>SHUTDOWN</c> (which flushes the append-only file to disk) and kills the process when it still exists after the deadline.
    /// Killing loses nothing that was answered: Redis writes to the file before it answers, and written data outlives the process.
    /// </summary>
    public static async Task RunAsync(Process process, RedisAddress address, TimeSpan deadline, TimeProvider time)
    {
        if (process.HasExited)
        {
            return;
        }

        using CancellationTokenSource timeout = new(deadline, time);
        try
        {
            await using RedisControl control = await RedisControl.ConnectAsync(address, timeout.Token);
            await control.SendAsync(["SHUTDOWN"], timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException or RedisReplyException)
        {
            if (!process.HasExited)
            {
                PosixSignals.Kill(process.Id);
            }

            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
