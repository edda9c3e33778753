namespace OrleansChat.Redis.Connections;

/// <summary>
/// Bounds how many steps that read much are under way in this process: Redis does other things in between, however many people come at once.
/// Turns are given in the order of asking; who gets none within the deadline of a call finds storage busy, as with a call that is not answered.
/// </summary>
internal sealed class ReadTurns(TimeSpan deadline, TimeProvider time)
{
    private const int AtOnce = 4;

    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _free = AtOnce;

    /// <summary>Takes a step when it is its turn, and returns what it returns; false when it was not taken.</summary>
    public async Task<bool> TryRunAsync(Func<Task<bool>> step)
    {
        if (!await TryTakeAsync().ConfigureAwait(false))
        {
            return false;
        }

        try
        {
            return await step().ConfigureAwait(false);
        }
        finally
        {
            Release();
        }
    }

    private async ValueTask<bool> TryTakeAsync()
    {
        TaskCompletionSource turn;
        lock (_gate)
        {
            if (_free > 0)
            {
                _free--;
                return true;
            }

            _waiting.Enqueue(turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        try
        {
            await turn.Task.WaitAsync(deadline, time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            // Either it is passed over, or the turn came in this very moment and is passed on.
            if (!turn.TrySetCanceled())
            {
                Release();
            }

            return false;
        }
    }

    private void Release()
    {
        lock (_gate)
        {
            while (_waiting.TryDequeue(out TaskCompletionSource? next))
            {
                if (next.TrySetResult())
                {
                    return;
                }
            }

            _free++;
        }
    }
}
