using Orleans.Core;

namespace Orleans.Runtime;

/// <summary>State that a grain asks for in its constructor; read before the grain is activated.</summary>
public interface IPersistentState<TState> : IStorage<TState>;

/// <summary>What a piece of a grain's state is called and where it is kept.</summary>
public interface IPersistentStateConfiguration
{
    /// <summary>The name of the state within its grain.</summary>
    string StateName { get; }

    /// <summary>The name of the storage; null means the default one.</summary>
    string? StorageName { get; }
}

/// <summary>Marks a constructor parameter of type <see cref="IPersistentState{TState}"/>.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public class PersistentStateAttribute : Attribute, IPersistentStateConfiguration
{
    /// <summary>Names the state and, unless it is the default one, the storage.</summary>
    public PersistentStateAttribute(string stateName, string? storageName = null)
    {
        ArgumentNullException.ThrowIfNull(stateName);
        StateName = stateName;
        StorageName = storageName;
    }

    /// <inheritdoc/>
    public string StateName { get; }

    /// <inheritdoc/>
    public string? StorageName { get; }
}
