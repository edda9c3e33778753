using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>A state was changed elsewhere since it was read. Let out of a grain call, it ends the activation.</summary>
[GenerateSerializer]
public class InconsistentStateException : OrleansException
{
    /// <summary>Makes one without details.</summary>
    public InconsistentStateException()
    {
    }

    /// <summary>Makes one that says what happened.</summary>
    public InconsistentStateException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one that says what happened and why.</summary>
    public InconsistentStateException(string message, Exception? innerException)
        : base(message, innerException!)
    {
    }

    /// <summary>Makes one that names both versions.</summary>
    public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag, Exception? storageException)
        : base(errorMsg, storageException!)
    {
        StoredEtag = storedEtag;
        CurrentEtag = currentEtag;
    }

    /// <inheritdoc cref="InconsistentStateException(string, string, string, Exception)"/>
    public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag)
        : this(errorMsg, storedEtag, currentEtag, null)
    {
    }

    /// <summary>Makes one out of the storage's own exception.</summary>
    public InconsistentStateException(string? storedEtag, string? currentEtag, Exception storageException)
        : this(storageException?.Message ?? string.Empty, storedEtag, currentEtag, storageException)
    {
    }

    /// <summary>The version that the storage holds, where it is known.</summary>
    [Id(1)]
    public string? StoredEtag { get; private set; }

    /// <summary>The version that the grain had.</summary>
    [Id(2)]
    public string? CurrentEtag { get; private set; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{nameof(InconsistentStateException)}: {Message} Expected Etag={CurrentEtag} Received Etag={StoredEtag} {InnerException}";
}

/// <summary>A storage or stream provider is missing or cannot be used.</summary>
[GenerateSerializer]
public sealed class BadProviderConfigException : OrleansException
{
    /// <summary>Makes one without details.</summary>
    public BadProviderConfigException()
    {
    }

    /// <summary>Makes one that says what is wrong.</summary>
    public BadProviderConfigException(string msg)
        : base(msg)
    {
    }

    /// <summary>Makes one that says what is wrong and why.</summary>
    public BadProviderConfigException(string msg, Exception exc)
        : base(msg, exc)
    {
    }
}
