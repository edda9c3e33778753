using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;
using OrleansChat.Runtime.Activations;

namespace Orleans;

/// <summary>The base of grain classes: an object that one thread runs at a time, also across awaits.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    /// <summary>Joins the activation that is being made; outside of the runtime there is none.</summary>
    protected Grain() => GrainContext = Turn.OfThread.Activation;

    /// <summary>Joins the given activation.</summary>
    protected Grain(IGrainContext grainContext) => GrainContext = grainContext;

    /// <summary>The activation that this object belongs to.</summary>
    [AllowNull]
    public IGrainContext GrainContext { get; }

    /// <summary>A reference to this grain.</summary>
    public GrainReference GrainReference => GrainContext.GrainReference;

    /// <summary>The grain's identity as <c>type/key</c>.</summary>
    public string IdentityString => GrainContext.GrainId.ToString();

    /// <summary>The name of the silo that runs this activation.</summary>
    public string RuntimeIdentity => Activation.Of(this).Silo.Address.ToString();

    /// <summary>Makes references to other grains.</summary>
    protected IGrainFactory GrainFactory => Activation.Of(this).Silo.GrainFactory;

    /// <summary>Services with the activation's lifetime.</summary>
    protected internal IServiceProvider ServiceProvider => GrainContext.ActivationServices;

    /// <summary>Runs before the first request; when it throws, the waiting callers get the exception.</summary>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs once after the last request. It is not run when a process dies.</summary>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends this activation once its running requests are done; the next request makes a new one.</summary>
    protected void DeactivateOnIdle() => GrainBaseExtensions.DeactivateOnIdle(this);

    /// <summary>Keeps the activation from being collected as idle for at least this long; a negative span takes that back.</summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => Activation.Of(this).DelayDeactivation(timeSpan);
}
