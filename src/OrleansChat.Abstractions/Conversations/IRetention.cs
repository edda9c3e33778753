namespace OrleansChat.Conversations;

/// <summary>
/// Lets go of old entries (<see cref="ChatLimits.HistoryEntries"/>, <see cref="ChatLimits.HistoryHours"/>). Numbers stay what they are: the first
/// kept entry moves up, and whoever stands before it is told that it cannot be recovered.
/// </summary>
public interface IRetention
{
    /// <summary>Whether anything is ever let go.</summary>
    bool IsOn { get; }

    /// <summary>
    /// Takes the oldest entries of a conversation away, a bounded number at a time. True when there are more to take away.
    /// Storage that does not answer throws <see cref="StorageUnavailableException"/>.
    /// </summary>
    Task<bool> TrimAsync(ConversationId conversation);
}
