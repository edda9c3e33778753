using System.Runtime.CompilerServices;
using Orleans.Runtime;
using OrleansChat.Runtime.Calls;

namespace OrleansChat.Runtime.Activations;

/// <summary>Runs turns: on the thread that calls, or that ends what was waited for, where nothing else is to be run; else on the pool.</summary>
internal sealed partial class Activation
{
    // Nested deeper, calls go over the pool: a thread's stack is for the grain's code, too.
    private const int MaxDepth = 24;

    // Then the thread does something else, and the activation queues up for a thread again.
    private const int TurnsPerSlice = 128;

    private bool _owned;

    public bool IsQuiet
    {
        get
        {
            lock (_lock)
            {
                return !_owned && _runningCount == 0;
            }
        }
    }

    /// <summary>Takes a request; false once the activation has ended.</summary>
    public bool TrySubmit(Request request, Turn turn)
    {
        Task? first = null;
        var schedule = false;
        var cycle = false;
        lock (_lock)
        {
            if (_phase == Phase.Retired)
            {
                return false;
            }

            request.Activation = this;
            request.Since = Silo.Now;
            request.Interleaves = Class.IsReentrant || request.Method.IsAlwaysInterleave;
            if (request.KeepsAlive)
            {
                _lastUsed = Silo.Now;
            }

            var inline = !_owned && !request.IsOneWay && turn.Depth < MaxDepth && RuntimeHelpers.TryEnsureSufficientExecutionStack();
            if (inline && MayStart(request))
            {
                Admit(request);
                first = request;
            }
            else if (!request.Interleaves && request.Caller is not null && ClosesCycle(request))
            {
                cycle = true;
            }
            else
            {
                Wait(request);
                first = inline ? TakeNext() : null;
                schedule = !inline && !_owned && HasWork();
            }

            _owned |= schedule || first is not null;
        }

        if (first is not null)
        {
            RunInline(first, request, turn);
        }
        else if (schedule)
        {
            Schedule();
        }
        else if (cycle)
        {
            request.Refuse(new InvalidOperationException(
                $"{request.Method.Name} was called on {GrainId} by a request that {GrainId} itself waits for: it would never start. "
                + "Mark the method [AlwaysInterleave] or [OneWay], or the grain [Reentrant]."));
        }

        return true;
    }

    /// <summary>Takes something that the grain's code continues with.</summary>
    public void Continue(Task task)
    {
        lock (_lock)
        {
            // A killed silo's code stops where it is, as the code of a dead process does.
            if (Fate is not null)
            {
                return;
            }

            (_continuations ??= new Queue<Task>()).Enqueue(task);
            if (_owned)
            {
                return;
            }

            _owned = true;
        }

        Schedule();
    }

    /// <summary>
    /// Runs something that the grain's code continues with as a turn on this thread, which has ended what the code waited for and permits that
    /// it goes on here. False where a turn is not possible now: then it queues up.
    /// </summary>
    public bool TryContinueHere(Task task, Turn turn)
    {
        lock (_lock)
        {
            // While nobody owns the activation nothing is queued that this would overtake.
            if (_owned || Fate is not null)
            {
                return false;
            }

            _owned = true;
        }

        var ended = Run(task, turn);
        Advance(ref ended, turn, yieldToPool: true);
        turn.AnswerHere();
        return true;
    }

    /// <summary>Closes the books on a request that ended later than the turn that started it.</summary>
    public void OnFinished(Request request)
    {
        bool schedule;
        lock (_lock)
        {
            Dismiss(request);
            schedule = !_owned && HasWork();
            _owned |= schedule;
        }

        LogIfUnheard(request);
        if (schedule)
        {
            Schedule();
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        var turn = Turn.OfThread;
        Request? ended = null;
        for (var turns = 0; turns < TurnsPerSlice; turns++)
        {
            if (Advance(ref ended, turn, yieldToPool: false) is not { } task)
            {
                turn.AnswerHere();
                return;
            }

            // The next turn is not to wait for what callers go on with.
            turn.AnswerElsewhere();
            ended = Run(task, turn);
        }

        Advance(ref ended, turn, yieldToPool: true);
        turn.AnswerHere();
    }

    private void RunInline(Task first, Request request, Turn turn)
    {
        var ended = Run(first, turn);
        while (Advance(ref ended, turn, yieldToPool: request.Place != RequestPlace.Waiting) is { } next)
        {
            // The first call of a grain comes here: the activation has run, now the call itself.
            ended = Run(next, turn);
        }

        // The caller may hold a lock, and has not even got its task.
        turn.AnswerElsewhere();
    }

    /// <summary>Ends one turn and takes the next, or gives the activation up to the pool or to nobody.</summary>
    private Task? Advance(ref Request? ended, Turn turn, bool yieldToPool)
    {
        Task? next = null;
        var schedule = false;
        lock (_lock)
        {
            if (ended is not null)
            {
                Dismiss(ended);
            }

            if (yieldToPool)
            {
                _owned = schedule = HasWork();
            }
            else
            {
                next = TakeNext();
                _owned = next is not null;
            }
        }

        if (schedule)
        {
            Schedule();
        }

        if (ended is not null)
        {
            turn.Ends(ended);
            LogIfUnheard(ended);
            ended = null;
        }

        return next;
    }

    /// <summary>Runs one turn. Returns the request that it started if that has ended within the turn.</summary>
    private Request? Run(Task task, Turn turn)
    {
        var activation = turn.Activation;
        var outer = turn.Request;
        var request = task as Request;

        // An await prefers a synchronization context to the scheduler; in a turn only the scheduler counts.
        var context = SynchronizationContext.Current;
        if (context is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }

        turn.Activation = this;
        turn.Request = request;
        turn.Depth++;
        try
        {
            if (task.Status == TaskStatus.Created)
            {
                turn.Starting = task;
                task.Start(_scheduler);
            }
            else
            {
                _scheduler.Run(task);
            }
        }
        finally
        {
            turn.Depth--;
            turn.Request = outer;
            turn.Activation = activation;
            if (context is not null)
            {
                SynchronizationContext.SetSynchronizationContext(context);
            }
        }

        return request is { EndedInTurn: true } ? request : null;
    }

    private void Schedule() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);

    private void LogIfUnheard(Request request)
    {
        if (request.Failure is { } failure && request.IsOneWay)
        {
            Silo.Log.OneWayFailed(GrainId, request.Method.Name, failure);
        }
    }
}
