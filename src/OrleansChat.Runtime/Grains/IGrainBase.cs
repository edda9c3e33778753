using Orleans.Runtime;

namespace Orleans;

/// <summary>What every grain class has.</summary>
public interface IGrainBase
{
    /// <summary>The activation that the grain object belongs to.</summary>
    IGrainContext GrainContext { get; }

    /// <summary>Runs before the first request; when it throws, the waiting callers get the exception.</summary>
    Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

    /// <summary>Runs once after the last request. It is not run when a process dies.</summary>
    Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
}
