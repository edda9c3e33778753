using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using OrleansChat.Runtime.Calls;
using OrleansChat.Runtime.Storage;
using OrleansChat.Runtime.Timers;

namespace OrleansChat.Runtime.Activations;

/// <summary>A grain in memory: its object, its books of requests, and the turns that run them one at a time.</summary>
/// <remarks>
/// Whoever sets <c>_owned</c> runs the activation's turns until nothing is left to run; everybody else only adds to the
/// books under <c>_lock</c>. Hence: while nobody owns the activation, nothing in its books could be run.
/// </remarks>
internal sealed partial class Activation : IGrainContext, IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly ActivationScheduler _scheduler;
    private AsyncServiceScope? _scope;
    private object? _instance;
    private TaskCompletionSource? _deactivated;

    public Activation(Silo silo, GrainId grainId, GrainClass grainClass)
    {
        Silo = silo;
        GrainId = grainId;
        Class = grainClass;
        _scheduler = new ActivationScheduler(this);
        _lastUsed = silo.Now;
    }

    public Silo Silo { get; }

    public GrainClass Class { get; }

    public GrainId GrainId { get; }

    public object? GrainInstance => _instance;

    /// <summary>The object that requests are run on.</summary>
    public object Target => _instance ?? throw new InvalidOperationException($"{GrainId} has ended.");

    public GrainReference GrainReference => field ??= new GrainReference(Silo, GrainId);

    public IServiceProvider ActivationServices => (_scope ??= Silo.Services.CreateAsyncScope()).ServiceProvider;

    public TaskScheduler Scheduler => _scheduler;

    public Task Deactivated
    {
        get
        {
            lock (_lock)
            {
                _deactivated ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_phase == Phase.Retired)
                {
                    _deactivated.TrySetResult();
                }

                return _deactivated.Task;
            }
        }
    }

    /// <summary>The activation behind a grain object; a grain made without the runtime throws.</summary>
    public static Activation Of(IGrainBase grain) => grain.GrainContext as Activation
        ?? throw new InvalidOperationException("The grain was made without the runtime and has no activation.");

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => $"{GrainId} on {Silo}";
}
