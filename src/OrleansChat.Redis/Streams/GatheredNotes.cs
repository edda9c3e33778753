using StackExchange.Redis;

namespace OrleansChat.Redis.Streams;

/// <summary>
/// Takes a step for several streams where several are wanted at once: while one step is under way the next gathers. Somebody with a thousand
/// conversations who connects costs a few steps instead of two thousand, and who comes alone waits for nobody.
/// </summary>
/// <param name="step">The step, for streams of one node; says of each whether it changed anything.</param>
internal sealed class GatheredNotes(Func<string, StreamName[], Task<bool[]>> step)
{
    // Redis is held for less than half a millisecond.
    private const int MostAtOnce = 100;

    private readonly Lock _gate = new();
    private readonly Queue<Wanted> _wanted = new();
    private bool _running;

    /// <summary>Takes the step for a stream, perhaps together with others. What Redis refuses because of one of them is not refused to the others.</summary>
    public Task<bool> RunAsync(string node, StreamName stream)
    {
        var wanted = new Wanted(node, stream);
        lock (_gate)
        {
            _wanted.Enqueue(wanted);
            if (_running)
            {
                return wanted.Task;
            }

            _running = true;
        }

        _ = RunAllAsync();
        return wanted.Task;
    }

    private async Task RunAllAsync()
    {
        while (Take() is { } some)
        {
            await RunAsync(some, again: false).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(Wanted[] some, bool again)
    {
        try
        {
            bool[] changed = await step(some[0].Node, Array.ConvertAll(some, static one => one.Stream)).ConfigureAwait(false);
            for (int i = 0; i < some.Length; i++)
            {
                // How much a step that was refused had done is not known: as if everything had been changed now.
                some[i].TrySetResult(changed[i] || again);
            }
        }
        catch (RedisServerException) when (some.Length > 1)
        {
            foreach (Wanted one in some)
            {
                await RunAsync([one], again: true).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // Whoever waits for the step gets the failure; the next ones have to go on.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Array.ForEach(some, one => one.TrySetException(failure));
        }
    }

    private Wanted[]? Take()
    {
        var some = new List<Wanted>();
        lock (_gate)
        {
            while (some.Count < MostAtOnce && _wanted.TryPeek(out Wanted? next) && (some.Count == 0 || next.Node == some[0].Node))
            {
                some.Add(_wanted.Dequeue());
            }

            _running = some.Count > 0;
        }

        return some.Count > 0 ? [.. some] : null;
    }

    private sealed class Wanted(string node, StreamName stream) : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public string Node { get; } = node;

        public StreamName Stream { get; } = stream;
    }
}
