using System.Collections.Concurrent;

namespace OrleansChat.Gateway.Delivery;

/// <summary>
/// Runs the readers of large groups, a portion at a time, with few work items of the pool however many portions wait: each goes to the end of the
/// pool's queue again after every portion. So what is one step of a direct message waits for a portion or two, not for the whole of a
/// group of ten thousand (invariant I7), which otherwise would stand before it once for every step.
/// </summary>
/// <param name="most">How many portions may run at a time.</param>
/// <param name="pool">Puts a work item at the end of the pool's queue.</param>
internal sealed class ReaderLane(int most, Action<IThreadPoolWorkItem> pool) : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<IReadOnlyList<IThreadPoolWorkItem>> _portions = new();
    private int _running;

    /// <summary>Adds a portion. It is run behind those before it, though not always after they have ended.</summary>
    public void Add(IReadOnlyList<IThreadPoolWorkItem> portion)
    {
        _portions.Enqueue(portion);
        Start();
    }

    /// <inheritdoc />
    public void Execute()
    {
        if (_portions.TryDequeue(out IReadOnlyList<IThreadPoolWorkItem>? portion))
        {
            for (int i = 0; i < portion.Count; i++)
            {
                portion[i].Execute();
            }

            pool(this);
            return;
        }

        Interlocked.Decrement(ref _running);

        // Who added one just before that may have found that enough were running.
        if (!_portions.IsEmpty)
        {
            Start();
        }
    }

    private void Start()
    {
        int running = Volatile.Read(ref _running);
        while (running < most)
        {
            int seen = Interlocked.CompareExchange(ref _running, running + 1, running);
            if (seen == running)
            {
                pool(this);
                return;
            }

            running = seen;
        }
    }
}
