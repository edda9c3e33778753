using Orleans;
using Orleans.Runtime;
using OrleansChat.Runtime.Calls;
using OrleansChat.Runtime.Storage;

namespace OrleansChat.Runtime.Activations;

/// <summary>How an activation comes to be and how it ends.</summary>
internal sealed partial class Activation
{
    // A grain that ends itself while it is activated would otherwise do so for ever.
    private const int MaxFruitless = 2;

    private static readonly Action<object?> s_activate = static activation => _ = ((Activation)activation!).ActivateAsync();
    private static readonly Action<object?> s_deactivate = static activation => _ = ((Activation)activation!).DeactivateAsync();

    private Phase _phase;
    private long _phaseSince;
    private CancellationTokenSource? _phaseLimit;
    private DeactivationReason? _deactivation;
    private List<IStoredState>? _states;
    private bool _served;
    private int _fruitless;

    private enum Phase : byte
    {
        Created,
        Activating,
        Active,
        Deactivating,
        Retired,
    }

    /// <summary>What the callers of a killed silo are told; null as long as the silo lives.</summary>
    public Exception? Fate { get; private set; }

    public bool IsActive => _phase == Phase.Active;

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        bool schedule;
        lock (_lock)
        {
            if (_phase == Phase.Created && !_owned)
            {
                // Nothing was ever sent to it: it ends without having begun.
                _phase = Phase.Retired;
                Silo.Remove(this);
                _deactivated?.TrySetResult();
                return;
            }

            if (_phase is Phase.Deactivating or Phase.Retired)
            {
                return;
            }

            _deactivation ??= deactivationReason;
            schedule = !_owned && HasWork();
            _owned |= schedule;
        }

        if (schedule)
        {
            Schedule();
        }
    }

    /// <summary>Ends as if the process had died: nothing more of the grain's code runs, and its callers get the exception.</summary>
    public void Kill(Exception fate)
    {
        List<Request> requests = [];
        lock (_lock)
        {
            if (_phase == Phase.Retired)
            {
                return;
            }

            Fate = fate;
            _phase = Phase.Retired;
            _continuations?.Clear();
            Silo.Remove(this);
            for (var request = _running.First; request is not null; request = request.Next)
            {
                requests.Add(request);
            }

            TakeWaiting(requests);
            _deactivated?.TrySetResult();
        }

        StopTimers();
        Interlocked.MemoryBarrier();
        foreach (var request in requests)
        {
            request.Fail(fate);
        }
    }

    public void Keep(IStoredState state) => (_states ??= []).Add(state);

    private async Task ActivateAsync()
    {
        try
        {
            var cancellation = BeginPhase();
            _instance = Class.Create(this);
            foreach (var state in _states ?? [])
            {
                await state.ReadStateAsync(cancellation);
            }

            if (_instance is IGrainBase grain)
            {
                await Bounded(grain.OnActivateAsync(cancellation), cancellation);
            }

            lock (_lock)
            {
                _phaseLimit = null;
                _lastUsed = Silo.Now;
                if (_phase == Phase.Activating)
                {
                    _phase = Phase.Active;
                }
            }
        }
#pragma warning disable CA1031 // Whatever the grain throws belongs to the callers that wait for it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Silo.Log.ActivationFailed(GrainId, exception);
            await ReleaseAsync();
            Retire(exception);
        }
    }

    private async Task DeactivateAsync()
    {
        StopTimers();
        try
        {
            if (_instance is IGrainBase grain)
            {
                var cancellation = BeginPhase();
                await Bounded(grain.OnDeactivateAsync(_deactivation!.Value, cancellation), cancellation);
            }
        }
#pragma warning disable CA1031 // The activation ends in any case, and no caller waits for this.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Silo.Log.DeactivationFailed(GrainId, exception);
        }

        await ReleaseAsync();
        Retire(failure: null);
    }

    private CancellationToken BeginPhase()
    {
        lock (_lock)
        {
            _phaseSince = Silo.Now;
            _phaseLimit = new CancellationTokenSource();
            return _phaseLimit.Token;
        }
    }

    // A hook that ignores its token must not keep the grain from ever being called again.
    private static Task Bounded(Task hook, CancellationToken cancellation) =>
        hook.IsCompletedSuccessfully ? hook : hook.WaitAsync(cancellation);

    private async Task ReleaseAsync()
    {
        StopTimers();
        try
        {
            if (_instance is IAsyncDisposable asyncDisposable)
            {
                await asyncDisposable.DisposeAsync();
            }
            else if (_instance is IDisposable disposable)
            {
                disposable.Dispose();
            }

            if (_scope is { } scope)
            {
                await scope.DisposeAsync();
            }
        }
#pragma warning disable CA1031 // As above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Silo.Log.DeactivationFailed(GrainId, exception);
        }
    }

    /// <summary>Ends; what still waits fails with <paramref name="failure"/>, or without one goes to the next activation.</summary>
    private void Retire(Exception? failure)
    {
        Activation? successor = null;
        List<Request> orphans = [];
        lock (_lock)
        {
            if (_phase == Phase.Retired)
            {
                return;
            }

            _phase = Phase.Retired;
            _phaseLimit = null;
            TakeWaiting(orphans);
            if (failure is null && Silo.IsStopped)
            {
                failure = new SiloUnavailableException($"{Silo} has stopped and cannot run {GrainId}.");
            }

            var fruitless = _served ? 0 : _fruitless + 1;
            if (failure is null && orphans.Count > 0 && fruitless > MaxFruitless)
            {
                failure = new OrleansMessageRejectionException($"{GrainId} ended {fruitless} times in a row before it took a request.");
            }

            if (failure is null && orphans.Count > 0)
            {
                // In place before this one is seen to have ended: a later call must not overtake those that wait.
                successor = new Activation(Silo, GrainId, Class) { _fruitless = fruitless };
                successor.Inherit(orphans);
                Silo.Replace(this, successor);
            }
            else
            {
                Silo.Remove(this);
            }

            _instance = null;
            _states = null;
            _scope = null;
            _deactivated?.TrySetResult();
        }

        successor?.Schedule();
        if (failure is not null)
        {
            foreach (var request in orphans)
            {
                request.Caller = null;
                request.Fail(failure);
                if (request.IsOneWay)
                {
                    Silo.Log.OneWayFailed(GrainId, request.Method.Name, failure);
                }
            }
        }
    }

    private void Inherit(List<Request> requests)
    {
        lock (_lock)
        {
            _owned = true;
            foreach (var request in requests)
            {
                request.Activation = this;
                Wait(request);
            }
        }
    }

    // In order of arrival, whichever queue they wait in.
    private void TakeWaiting(List<Request> requests)
    {
        while (true)
        {
            var first = _waiting.First;
            var interleaving = _waitingInterleaving.First;
            if (first is null || (interleaving is not null && interleaving.Arrival < first.Arrival))
            {
                first = interleaving;
            }

            if (first is null)
            {
                return;
            }

            StopWaiting(first);
            requests.Add(first);
        }
    }
}
