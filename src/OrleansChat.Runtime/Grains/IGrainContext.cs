namespace Orleans.Runtime;

/// <summary>One activation of a grain as its surroundings see it.</summary>
public interface IGrainContext : IEquatable<IGrainContext>
{
    /// <summary>A reference to the grain.</summary>
    GrainReference GrainReference { get; }

    /// <summary>The grain's identity.</summary>
    GrainId GrainId { get; }

    /// <summary>The grain object; null before it is made and after the activation has ended.</summary>
    object? GrainInstance { get; }

    /// <summary>Services with the activation's lifetime.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>Completes when the activation has ended.</summary>
    Task Deactivated { get; }

    /// <summary>Ends the activation as soon as its running requests are done; waiting ones go to the next activation.</summary>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}

/// <summary>Finds the activation whose turn is running.</summary>
public interface IGrainContextAccessor
{
    /// <summary>The activation whose turn the current thread runs; null outside of turns.</summary>
    IGrainContext GrainContext { get; }
}
