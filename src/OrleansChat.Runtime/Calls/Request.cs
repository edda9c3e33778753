using OrleansChat.Runtime.Activations;

namespace OrleansChat.Runtime.Calls;

/// <summary>Where a request is in its activation's books.</summary>
internal enum RequestPlace : byte
{
    Nowhere,
    Waiting,
    Running,
}

/// <summary>
/// One call on its way through an activation. It is a <see cref="Task"/> so that the turn that starts the grain's
/// method needs no other object to make <see cref="TaskScheduler.Current"/> the activation's own.
/// </summary>
internal abstract class Request : Task
{
    // A task's action cannot be given the task itself before it exists: the turn knows which one it starts.
    private static readonly Action s_start = static () => Turn.OfThread.Request!.Execute();
    private static readonly Action<Task, object?> s_finish = static (inner, request) => ((Request)request!).Finish(inner);

    private bool _claimed;

    protected Request()
        : base(s_start, TaskCreationOptions.DenyChildAttach)
    {
    }

    public abstract CallMethod Method { get; }

    public bool IsOneWay => Method.IsOneWay;

    /// <summary>The request that this one was sent from, as long as it runs: what deadlocks are recognised by.</summary>
    public Request? Caller { get; set; }

    public Activation? Activation { get; set; }

    /// <summary>The silo's coarse clock when the request arrived, in milliseconds.</summary>
    public long Since { get; set; }

    /// <summary>Orders the requests of one activation by arrival.</summary>
    public long Arrival { get; set; }

    public bool Interleaves { get; set; }

    public RequestPlace Place { get; set; }

    /// <summary>The caller was told that there is no answer in time.</summary>
    public bool Expired { get; set; }

    public Request? Next { get; set; }

    public Request? Previous { get; set; }

    /// <summary>Ticks of a timer count as use of the grain only when they are meant to keep it alive.</summary>
    public virtual bool KeepsAlive => true;

    /// <summary>The grain method's own task once the method has returned.</summary>
    public Task? Inner { get; private set; }

    /// <summary>The method's task ended in the turn that started it.</summary>
    public bool EndedInTurn { get; private set; }

    /// <summary>What the method failed with.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Calls the grain's method.</summary>
    public abstract Task Invoke(object target);

    /// <summary>Makes the task that the caller gets, for when the answer will come later.</summary>
    public abstract void EnsurePromise();

    /// <summary>
    /// Answers the caller with a failure, unless there is no promise or the answer is decided. The caller goes on elsewhere: who fails many
    /// requests, such as the sweep, must not run what all of them continue with.
    /// </summary>
    public void Fail(Exception exception)
    {
        if (Claim())
        {
            ThreadPool.UnsafeQueueUserWorkItem(static failed => failed.Request.Break(failed.Exception), (Request: this, Exception: exception), preferLocal: true);
        }
    }

    /// <summary>Fails a request that no activation took: nobody waits for it yet.</summary>
    public void Refuse(Exception exception)
    {
        Caller = null;
        EnsurePromise();
        if (Claim())
        {
            Break(exception);
        }
    }

    /// <summary>
    /// Tells the caller how the method ended, if the caller was promised an answer. What the caller continues with may run before this
    /// returns: never called within a turn, nor under a lock.
    /// </summary>
    public void Answer()
    {
        if (Claim())
        {
            Keep();
        }
    }

    /// <summary>The same on a thread of the pool.</summary>
    public void AnswerElsewhere() => ThreadPool.UnsafeQueueUserWorkItem(static request => request.Answer(), this, preferLocal: true);

    /// <summary>Whether the caller got a promise.</summary>
    public abstract bool IsPromised { get; }

    /// <summary>Gives the promised answer.</summary>
    protected abstract void Keep();

    /// <summary>Gives a failure for the promised answer.</summary>
    protected abstract void Break(Exception exception);

    protected abstract Task Faulted(Exception exception);

    // The first to answer decides the answer, whichever thread then gives it.
    private bool Claim() => IsPromised && !Interlocked.Exchange(ref _claimed, true);

    private void Execute()
    {
        Task inner;
        try
        {
            inner = Invoke(Activation!.Target)
                ?? throw new InvalidOperationException($"{Method.Name} of {Activation.GrainId} returned null instead of a task.");
        }
#pragma warning disable CA1031 // Whatever the grain throws belongs to its caller.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            inner = Faulted(exception);
        }

        Inner = inner;
        if (inner.IsCompleted)
        {
            // The turn's owner closes the books in the same step in which it looks for the next turn.
            Close(inner);
            EndedInTurn = true;
            return;
        }

        EnsurePromise();

        // Either the one who kills sees the promise, or this sees the fate.
        Interlocked.MemoryBarrier();
        if (Activation!.Fate is { } fate)
        {
            Fail(fate);
        }

        inner.ContinueWith(s_finish, this, CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.DenyChildAttach, TaskScheduler.Default);
    }

    private void Close(Task inner)
    {
        Caller = null;
        Failure = inner.IsCompletedSuccessfully ? null : inner.Exception?.InnerException ?? new TaskCanceledException(inner);
    }

    private void Finish(Task inner)
    {
        Close(inner);
        Activation!.OnFinished(this);

        // Not within a turn, which may be this activation's own: its thread answers when the turn is over.
        var turn = Turn.OfThread;
        if (turn.Depth > 0)
        {
            turn.Ends(this);
        }
        else
        {
            Answer();
        }
    }
}
