using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansChat.Runtime.Calls;

namespace OrleansChat.Runtime.Activations;

/// <summary>Which requests wait and which run. Everything here is read and changed under the lock.</summary>
internal sealed partial class Activation
{
    private RequestQueue _waiting;
    private RequestQueue _waitingInterleaving;
    private RequestQueue _running;
    private Queue<Task>? _continuations;
    private Request? _exclusive;
    private int _readers;
    private int _runningCount;
    private long _arrivals;
    private bool _continuationsTurn;

    /// <summary>The only request that runs, if it is certain that the grain's code runs on its behalf.</summary>
    /// <remarks>In a grain whose requests interleave it is not: the code may be left over from an earlier one.</remarks>
    public Request? SoleRequest => _runningCount == 1 && !Class.IsReentrant ? _exclusive : null;

    public Task[] Continuations()
    {
        lock (_lock)
        {
            return _continuations?.ToArray() ?? [];
        }
    }

    private void Wait(Request request)
    {
        request.EnsurePromise();
        request.Place = RequestPlace.Waiting;
        request.Arrival = ++_arrivals;
        if (request.Interleaves)
        {
            _waitingInterleaving.Add(request);
        }
        else
        {
            _waiting.Add(request);
        }
    }

    private void StopWaiting(Request request)
    {
        request.Place = RequestPlace.Nowhere;
        if (request.Interleaves)
        {
            _waitingInterleaving.Remove(request);
        }
        else
        {
            _waiting.Remove(request);
        }
    }

    private void Admit(Request request)
    {
        request.Place = RequestPlace.Running;
        _running.Add(request);
        _runningCount++;
        _served = true;
        if (request.Interleaves)
        {
            return;
        }

        if (request.Method.IsReadOnly)
        {
            _readers++;
        }
        else
        {
            _exclusive = request;
        }
    }

    private void Dismiss(Request request)
    {
        if (request.Place != RequestPlace.Running)
        {
            return;
        }

        request.Place = RequestPlace.Nowhere;
        _running.Remove(request);
        _runningCount--;
        if (request.KeepsAlive)
        {
            _lastUsed = Silo.Now;
        }

        if (ReferenceEquals(_exclusive, request))
        {
            _exclusive = null;
        }
        else if (!request.Interleaves && request.Method.IsReadOnly)
        {
            _readers--;
        }

        // What the grain holds in memory was written over by someone else: only a fresh activation may go on.
        if (request.Failure is InconsistentStateException conflict && _phase == Phase.Active)
        {
            _deactivation ??= new DeactivationReason(DeactivationReasonCode.ApplicationError, conflict, "The grain's state was changed elsewhere.");
        }
    }

    private bool IsAdmissible(Request request) =>
        request.Interleaves || (_exclusive is null && (_readers == 0 || request.Method.IsReadOnly));

    /// <summary>Whether a request that arrives while nobody owns the activation can start at once.</summary>
    private bool MayStart(Request request) =>
        _phase == Phase.Active && _deactivation is null && (request.Interleaves || _waiting.First is null) && IsAdmissible(request);

    private Request? FirstAdmissible()
    {
        if (_phase != Phase.Active || _deactivation is not null)
        {
            return null;
        }

        var interleaving = _waitingInterleaving.First;
        var other = _waiting.First;
        if (other is null || !IsAdmissible(other))
        {
            return interleaving;
        }

        return interleaving is null || other.Arrival < interleaving.Arrival ? other : interleaving;
    }

    private bool HasWork() => Fate is null
        && (_phase == Phase.Created
            || _continuations is { Count: > 0 }
            || FirstAdmissible() is not null
            || (_phase == Phase.Active && _deactivation is not null && _runningCount == 0));

    /// <summary>Takes the next turn out of the books; null when there is nothing to run now.</summary>
    private Task? TakeNext()
    {
        if (Fate is not null)
        {
            return null;
        }

        if (_phase == Phase.Created)
        {
            _phase = Phase.Activating;
            return LifeTurn.Of(s_activate, this);
        }

        var request = FirstAdmissible();
        if (_continuations is { Count: > 0 } && (request is null || _continuationsTurn))
        {
            // In turns with requests, so that neither a busy loop of awaits nor a flood of calls starves the other.
            _continuationsTurn = false;
            return _continuations.Dequeue();
        }

        if (request is not null)
        {
            _continuationsTurn = true;
            StopWaiting(request);
            Admit(request);
            return request;
        }

        if (_phase == Phase.Active && _deactivation is not null && _runningCount == 0)
        {
            _phase = Phase.Deactivating;
            return LifeTurn.Of(s_deactivate, this);
        }

        return null;
    }

    /// <summary>Whether a request would wait for one that waits for it.</summary>
    private bool ClosesCycle(Request request)
    {
        for (var caller = request.Caller; caller is not null; caller = caller.Caller)
        {
            if (ReferenceEquals(caller.Activation, this) && caller.Place == RequestPlace.Running && !caller.Interleaves
                && !(caller.Method.IsReadOnly && request.Method.IsReadOnly))
            {
                return true;
            }
        }

        return false;
    }
}
