namespace OrleansChat.Redis.Pipelines;

/// <summary>
/// Calls that are settled and whose waiters have yet to go on, linked through themselves. What one read brought in is not worth a piece of
/// work each: they go on one after the other, a few in a row, so that none stands behind many others while a thread has nothing to do.
/// </summary>
internal struct EndedCalls
{
    private const int Portion = 8;

    private PipelineCall? _first;
    private PipelineCall? _last;

    /// <summary>Adds a call. The one who does has settled it.</summary>
    public void Add(PipelineCall call)
    {
        if (_last is null)
        {
            _first = call;
        }
        else
        {
            _last.Next = call;
        }

        _last = call;
    }

    /// <summary>Lets the waiters go on, on threads of the pool.</summary>
    public readonly void Start()
    {
        PipelineCall? first = _first;
        while (first is not null)
        {
            PipelineCall? rest = Cut(first);
            ThreadPool.UnsafeQueueUserWorkItem(first, preferLocal: true);
            first = rest;
        }
    }

    /// <summary>Lets the waiters go on, the first of them on this thread. Outside of locks, and the last thing that the thread does.</summary>
    public readonly void RunHere()
    {
        if (_first is { } first)
        {
            new EndedCalls { _first = Cut(first) }.Start();
            first.Execute();
        }
    }

    // Ends a row after a portion, and returns what comes behind it.
    private static PipelineCall? Cut(PipelineCall first)
    {
        PipelineCall last = first;
        for (int i = 1; i < Portion && last.Next is { } next; i++)
        {
            last = next;
        }

        PipelineCall? rest = last.Next;
        last.Next = null;
        return rest;
    }
}
