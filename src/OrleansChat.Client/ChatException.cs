namespace OrleansChat.Client;

/// <summary>The server refused a command, or it could not be carried out.</summary>
public class ChatException : Exception
{
    /// <summary>Makes the exception of an error.</summary>
    public ChatException(ChatError error, Exception? cause = null)
        : base(error is null ? null : $"{error.Name} ({error.Code}): {error.Message}", cause)
    {
        ArgumentNullException.ThrowIfNull(error);
        Error = error;
    }

    /// <summary>The error.</summary>
    public ChatError Error { get; }

    /// <summary>The error's number.</summary>
    public int Code => Error.Code;

    /// <summary>The error's name.</summary>
    public string Name => Error.Name;

    /// <summary>Whether the same command may succeed later.</summary>
    public bool Retry => Error.Retry;

    internal static ChatException Unavailable(string message, Exception? cause = null)
        => new(new ChatError(ChatError.Unavailable, "unavailable", message, Retry: true), cause);
}

/// <summary>The connection ended, so there is no answer. <see cref="ChatException.Code"/> is the close code.</summary>
/// <remarks>A command that was on its way may have happened.</remarks>
public sealed class ChatClosedException(NativeClose close)
    : ChatException(new ChatError(close?.Code ?? 0, "closed", close?.Reason, close?.MayReconnect ?? true), close?.Cause)
{
    /// <summary>How it ended.</summary>
    public NativeClose Close { get; } = close ?? throw new ArgumentNullException(nameof(close));
}

/// <summary>More sends wait for their acknowledgement than <see cref="ChatClientOptions.OutboxCapacity"/> allows.</summary>
public sealed class OutboxFullException(int capacity)
    : ChatException(new ChatError(ChatError.RateLimited, "rate_limited", $"{capacity} sends are already waiting", Retry: true));
