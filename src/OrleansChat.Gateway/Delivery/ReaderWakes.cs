namespace OrleansChat.Gateway.Delivery;

/// <summary>
/// When and where the readers of queues go on that got something to write. Within <see cref="Gather"/> they are gathered, so that a reader
/// finds everything that one step gave it and writes it at once. At its end, outside of all locks, a few are run by the thread that is there
/// already: waking another one costs more than a write. Many go in portions through <see cref="ReaderLane"/>, behind what the pool has to do
/// already, so that a large group keeps no direct message waiting and its next entries go out with the same write.
/// </summary>
internal static class ReaderWakes
{
    private const int MostHere = 4;
    private const int Portion = 32;

    // One core is left to everything else: with all of them, the p99 of direct messages beside a group of 10,000 was three times as high, and the
    // group's own deliveries were dearer, since fewer went out with one write.
    private static readonly ReaderLane Lane =
        new(Math.Max(1, Environment.ProcessorCount - 1), static lane => ThreadPool.UnsafeQueueUserWorkItem(lane, preferLocal: false));

    [ThreadStatic]
    private static List<OutboundQueue>? t_gathered;

    [ThreadStatic]
    private static int t_depth;

    /// <summary>Wakes a reader: at the end of what gathers on this thread, or on the pool.</summary>
    public static void Add(OutboundQueue queue)
    {
        if (t_depth > 0)
        {
            (t_gathered ??= []).Add(queue);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(queue, preferLocal: false);
        }
    }

    /// <summary>Gathers until the result is disposed of, on the same thread and outside of locks.</summary>
    public static Gathering Gather()
    {
        t_depth++;
        return default;
    }

    private static void End()
    {
        if (--t_depth > 0 || t_gathered is not { Count: > 0 } gathered)
        {
            return;
        }

        if (gathered.Count > MostHere)
        {
            for (int at = 0; at < gathered.Count; at += Portion)
            {
                Lane.Add(gathered.GetRange(at, Math.Min(Portion, gathered.Count - at)));
            }

            gathered.Clear();
            return;
        }

        // A reader that goes on here may wake others in turn: they go over the pool.
        OutboundQueue[] few = [.. gathered];
        gathered.Clear();
        foreach (OutboundQueue queue in few)
        {
            queue.Execute();
        }
    }

    /// <summary>Ends the gathering.</summary>
    internal readonly ref struct Gathering
    {
#pragma warning disable CA1822 // What ends is the thread's, and using needs an instance.
        public void Dispose() => End();
#pragma warning restore CA1822
    }
}
