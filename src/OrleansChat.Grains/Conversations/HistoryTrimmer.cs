using OrleansChat.Conversations;

namespace OrleansChat.Grains.Conversations;

/// <summary>Has old entries taken away after so many new ones. Lives inside its grain, and no send waits for it.</summary>
internal sealed partial class HistoryTrimmer(ConversationId id, IRetention retention, ILogger logger)
{
    /// <summary>Entries that a conversation may have beyond what is kept.</summary>
    internal const int Interval = 128;

    private readonly bool _isOn = retention.IsOn;

    // The first append of an activation looks as well: the options may have changed since the last one.
    private int _appended = Interval;
    private bool _trims;

    /// <summary>So many sends were answered.</summary>
    public void Appended(int sends)
    {
        if (_isOn && (_appended += sends) >= Interval && !_trims)
        {
            _appended = 0;
            _trims = true;
            _ = TrimAsync();
        }
    }

    private async Task TrimAsync()
    {
        try
        {
            while (await retention.TrimAsync(id))
            {
            }
        }
#pragma warning disable CA1031 // What was not taken away now is taken away after the next sends; the fault is logged.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogTrimFailed(failure, id.Value);
        }
        finally
        {
            _trims = false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old entries of {Conversation} were not taken away")]
    private partial void LogTrimFailed(Exception failure, string conversation);
}
