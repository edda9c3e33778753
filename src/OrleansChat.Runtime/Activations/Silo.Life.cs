using Orleans;
using Orleans.Runtime;

namespace OrleansChat.Runtime.Activations;

/// <summary>Starting, sweeping and stopping.</summary>
internal sealed partial class Silo
{
    private readonly SemaphoreSlim _sweeping = new(1, 1);
    private ITimer? _sweep;
    private long _collectedAt;
    private long _expiredAt;

    /// <summary>How often the coarse clock is set, in milliseconds: times are exact to this.</summary>
    public long SweepPeriod { get; }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // Found here, so that a grain class that cannot be used stops the start and not the first call.
        _ = GrainClasses.OfProcess;
        var period = TimeSpan.FromMilliseconds(SweepPeriod);
        _sweep = _time.CreateTimer(static silo => ((Silo)silo!).Sweep(), this, period, period);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends all activations. Comes after the other services have stopped, which may still call grains.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, $"{this} is shutting down.");
        try
        {
            // A grain that ends may call others, which then end in the next round.
            while (!_activations.IsEmpty && !IsStopped)
            {
                var ending = _activations.Values.Select(activation =>
                {
                    var deactivated = activation.Deactivated;
                    activation.Deactivate(reason, CancellationToken.None);
                    return deactivated;
                }).ToArray();
                await Task.WhenAll(ending).WaitAsync(_collection.DeactivationTimeout, _time, limit.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException)
        {
            Log.StoppedEarly(Name, _activations.Count);
        }

        Kill();
    }

    /// <summary>Ends as if the process had died.</summary>
    public void Kill()
    {
        var fate = new SiloUnavailableException($"{this} has stopped.");
        if (Interlocked.CompareExchange(ref _fate, fate, null) is not null)
        {
            return;
        }

        _sweep?.Dispose();
        foreach (var activation in _activations.Values)
        {
            activation.Kill(fate);
        }
    }

    public void Dispose()
    {
        Kill();
        _sweeping.Dispose();
        _meter.Dispose();
    }

    private void Sweep()
    {
        Volatile.Write(ref _now, (long)_time.GetElapsedTime(_origin).TotalMilliseconds);
        if (IsStopped || !_sweeping.Wait(0))
        {
            return;
        }

        try
        {
            var now = Now;
            if (now - _expiredAt >= _expiryPeriod)
            {
                _expiredAt = now;
                foreach (var (_, activation) in _activations)
                {
                    activation.Expire(now);
                }
            }

            if (now - _collectedAt >= (long)_collection.CollectionQuantum.TotalMilliseconds)
            {
                _collectedAt = now;
                Collect(now);
            }
        }
        finally
        {
            _sweeping.Release();
        }
    }

    private void Collect(long now)
    {
        foreach (var (_, activation) in _activations)
        {
            var age = _collection.ClassSpecificCollectionAge.TryGetValue(activation.Class.Type.FullName!, out var configured)
                ? configured
                : activation.Class.CollectionAge ?? _collection.CollectionAge;
            if (age != Timeout.InfiniteTimeSpan)
            {
                activation.CollectIfIdle(now, (long)age.TotalMilliseconds);
            }
        }
    }
}
