using System.Runtime.CompilerServices;
using Orleans.Runtime;
using OrleansChat.Runtime.Calls;

namespace OrleansChat.Runtime.Activations;

/// <summary>Runs turns: on the caller's own thread where nothing else is to be run, else on the pool.</summary>
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
            if (Advance(ref ended, yieldToPool: false) is not { } task)
            {
                return;
            }

            ended = Run(task, turn);
        }

        Advance(ref ended, yieldToPool: true);
    }

    private void RunInline(Task first, Request request, Turn turn)
    {
        var ended = Run(first, turn);
        while (Advance(ref ended, yieldToPool: request.Place != RequestPlace.Waiting) is { } next)
        {
            // The first call of a grain comes here: the activation has run, now the call itself.
            ended = Run(next, turn);
        }
    }

    /// <summary>Ends one turn and takes the next, or gives the activation up to the pool or to nobody.</summary>
    private Task? Advance(ref Request? ended, bool yieldToPool)
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
            ended.Answer();
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
