using System.Collections.Concurrent;
using StackExchange.Redis;

namespace OrleansChat.Redis.Connections;

/// <summary>
/// Runs steps whose answers count only once so many replicas have them. Redis' <c>WAIT</c> covers everything that was written on its own
/// connection before and blocks that connection: these steps have one of their own, with at most one <c>WAIT</c> on it at a time, which
/// serves all steps that were answered before it went out.
/// </summary>
internal sealed class ReplicaWait(RedisConnection lane, int replicas, TimeSpan deadline, TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentQueue<TaskCompletionSource<bool>> _answered = new();

    // Short of the deadline: with a replica away the steps behind this one still get their answers in time.
    private readonly long _patience = Math.Max(1, (long)(deadline / 4).TotalMilliseconds);
    private int _waiting;

    /// <summary>Runs a script and waits for the replicas.</summary>
    /// <exception cref="StorageUnavailableException">Redis did not answer in time, cannot write now, or too few replicas have the step.</exception>
    public async Task<RedisResult> EvaluateAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments)
    {
        long started = time.GetTimestamp();
        long breaks = lane.Breaks;
        RedisResult answer = await lane.EvaluateAsync(script, keys, arguments).ConfigureAwait(false);
        TimeSpan left = deadline - time.GetElapsedTime(started);
        try
        {
            bool kept = await KeptAsync().WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time).ConfigureAwait(false);

            // On a new connection, perhaps to a promoted replica, WAIT would speak of other writes than this one.
            if (kept && lane.Breaks == breaks)
            {
                return answer;
            }
        }
        catch (TimeoutException late)
        {
            throw new StorageUnavailableException($"The replicas did not confirm {script.Name} in time.", late);
        }

        throw new StorageUnavailableException($"Fewer than {replicas} replicas confirmed {script.Name}.");
    }

    public ValueTask DisposeAsync() => lane.DisposeAsync();

    private Task<bool> KeptAsync()
    {
        var kept = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _answered.Enqueue(kept);
        if (Interlocked.Exchange(ref _waiting, 1) == 0)
        {
            _ = WaitAsync();
        }

        return kept.Task;
    }

    private async Task WaitAsync()
    {
        do
        {
            while (!_answered.IsEmpty)
            {
                var served = new List<TaskCompletionSource<bool>>();
                while (_answered.TryDequeue(out TaskCompletionSource<bool>? one))
                {
                    served.Add(one);
                }

                bool kept = await AskAsync().ConfigureAwait(false);
                served.ForEach(one => one.TrySetResult(kept));
            }

            Volatile.Write(ref _waiting, 0);
        }
        while (!_answered.IsEmpty && Interlocked.Exchange(ref _waiting, 1) == 0);
    }

    private async Task<bool> AskAsync()
    {
        try
        {
            return (await lane.ExecuteAsync("WAIT", replicas, _patience).ConfigureAwait(false)).Number() >= replicas;
        }
        catch (Exception failure) when (failure is StorageUnavailableException or RedisException)
        {
            return false;
        }
    }
}
