using Orleans;

namespace OrleansChat;

/// <summary>
/// Storage did not answer within its deadline, or refused to write. The step may or may not have happened.
/// Grains and gateways turn it into <see cref="ChatError.Unavailable"/>.
/// </summary>
[GenerateSerializer, Alias("chat.StorageUnavailable")]
public sealed class StorageUnavailableException : Exception
{
    /// <summary>Creates the exception.</summary>
    public StorageUnavailableException()
    {
    }

    /// <summary>Creates the exception with what was attempted.</summary>
    public StorageUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with what was attempted and why it failed.</summary>
    public StorageUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
