namespace OrleansChat.Client;

/// <summary>Keeps one connection complete: the first sync, and another one whenever live events had a hole.</summary>
/// <remarks>
/// The hole is filled by <c>sync</c>, not by <c>history</c>, because history leaves out the entries that change earlier messages.
/// If the answer does not fill it in time, the connection is given up: the next one resumes from the same positions.
/// </remarks>
internal sealed class Resync(NativeConnection connection, PositionBook positions, Inbox inbox, TimeProvider time, TimeSpan patience)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private int _repairing;

    /// <summary>Sends the positions; the answer takes effect before anything that the server sent after it.</summary>
    public async Task SyncAsync(Hello? hello, CancellationToken cancel)
    {
        var sent = positions.Snapshot();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Post("sync", writer => ConversationCommands.WriteSync(writer, sent, limit: null), reply =>
        {
            if (reply.IsOk)
            {
                inbox.Synced(hello, sent, reply.Ok(ChatJson.Default.SyncResult));
                done.TrySetResult();
            }
            else
            {
                done.TrySetException(reply.ToException());
            }
        });
        await done.Task.WaitAsync(patience, time, cancel).ConfigureAwait(false);
    }

    /// <summary>Starts a repair if none is under way.</summary>
    public void Repair()
    {
        if (Interlocked.Exchange(ref _repairing, 1) == 0)
        {
            _ = Task.Run(RepairAsync);
        }
    }

    private async Task RepairAsync()
    {
        try
        {
            while (positions.HasHoles && !connection.Closed.IsCompleted)
            {
                await UntilAsync(() => inbox.HasRoom, forever: true).ConfigureAwait(false);
                await SyncAsync(hello: null, default).ConfigureAwait(false);
                if (!await UntilAsync(() => !positions.HasHoles || !inbox.HasRoom, forever: false).ConfigureAwait(false))
                {
                    connection.Abort();
                    return;
                }
            }
        }
        catch (Exception failed) when (failed is ChatException or TimeoutException)
        {
            connection.Abort();
        }
        finally
        {
            Volatile.Write(ref _repairing, 0);
        }

        if (positions.HasHoles && !connection.Closed.IsCompleted)
        {
            Repair();
        }
    }

    private async Task<bool> UntilAsync(Func<bool> condition, bool forever)
    {
        var start = time.GetTimestamp();
        while (!condition())
        {
            if (connection.Closed.IsCompleted || (!forever && time.GetElapsedTime(start) > patience))
            {
                return false;
            }

            await Task.Delay(Poll, time).ConfigureAwait(false);
        }

        return true;
    }
}
