namespace Orleans.Core;

/// <summary>A piece of kept state, without its type.</summary>
public interface IStorage
{
    /// <summary>The version that was last read or written; null when there is none.</summary>
    string? Etag { get; }

    /// <summary>Whether the storage holds the state.</summary>
    bool RecordExists { get; }

    /// <summary>Removes the state. Throws <c>InconsistentStateException</c> when it was changed elsewhere.</summary>
    Task ClearStateAsync();

    /// <summary>Keeps the state. Throws <c>InconsistentStateException</c> when it was changed elsewhere.</summary>
    Task WriteStateAsync();

    /// <summary>Reads the state, dropping what was not written.</summary>
    Task ReadStateAsync();

    /// <inheritdoc cref="ClearStateAsync()"/>
    Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();

    /// <inheritdoc cref="WriteStateAsync()"/>
    Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();

    /// <inheritdoc cref="ReadStateAsync()"/>
    Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();
}

/// <summary>A piece of kept state.</summary>
public interface IStorage<TState> : IStorage
{
    /// <summary>The state in memory: a fresh one when nothing is kept.</summary>
    TState State { get; set; }
}
