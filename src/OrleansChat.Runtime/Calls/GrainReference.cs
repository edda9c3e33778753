using Orleans.Runtime;
using OrleansChat.Runtime.Activations;
using OrleansChat.Runtime.Calls;
using OrleansChat.Runtime.Proxies;

namespace Orleans.Runtime;

/// <summary>A reference to a grain, whether or not it is active; equal to any other reference to the same grain.</summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private readonly ICallRouter _router;
    private Activation? _activation;

    internal GrainReference(ICallRouter router, GrainId grainId)
    {
        _router = router;
        GrainId = grainId;
    }

    /// <summary>The identity of the grain.</summary>
    public GrainId GrainId { get; }

    /// <summary>The name of the interface that calls go through.</summary>
    public virtual string InterfaceName => nameof(IAddressable);

    /// <summary>A reference to the same grain as <typeparamref name="TGrainInterface"/>.</summary>
    public virtual TGrainInterface Cast<TGrainInterface>()
        where TGrainInterface : IAddressable => (TGrainInterface)(object)As(typeof(TGrainInterface));

    /// <inheritdoc/>
    public bool Equals(GrainReference? other) => other is not null && GrainId.Equals(other.GrainId);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    /// <inheritdoc/>
    public override int GetHashCode() => GrainId.GetHashCode();

    /// <summary>The reference for logs.</summary>
    public sealed override string ToString() => $"GrainReference:{GrainId}:{InterfaceName}";

    /// <summary>Whether both refer to the same grain.</summary>
    public static bool operator ==(GrainReference? reference1, GrainReference? reference2) =>
        reference1?.Equals(reference2) ?? reference2 is null;

    /// <summary>Whether they refer to different grains.</summary>
    public static bool operator !=(GrainReference? reference1, GrainReference? reference2) => !(reference1 == reference2);

    internal GrainReference As(Type interfaceType) =>
        interfaceType.IsInstanceOfType(this) ? this : ProxyType.Of(interfaceType).Create(_router, GrainId);

    // Called by the emitted proxies.
    internal Task Send(TaskRequest request)
    {
        Submit(request);
        return request.Result;
    }

    internal Task<TResult> Send<TResult>(TaskRequest<TResult> request)
    {
        Submit(request);
        return request.Result;
    }

    internal void Submit(Request request)
    {
        var turn = Turn.OfThread;
        if (!request.IsOneWay)
        {
            request.Caller = turn.CurrentRequest;
        }

        // The activation that was last used saves the look-up; once retired it takes nothing any more.
        var activation = _activation;
        while (activation is null || !activation.TrySubmit(request, turn))
        {
            activation = _router.Silo.Find(GrainId);
            if (activation is null)
            {
                _activation = null;
                var silo = _router.Silo;
                var failure = new SiloUnavailableException($"{silo} has stopped and cannot run {GrainId}.");
                request.Refuse(failure);
                if (request.IsOneWay)
                {
                    silo.Log.OneWayFailed(GrainId, request.Method.Name, failure);
                }

                return;
            }

            _activation = activation;
        }
    }
}
