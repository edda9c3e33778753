using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;

namespace OrleansChat.Gateway.FrontEnds.Line;

/// <summary>Marks as read what was shown, at most once a second for each conversation. Marks only move up, so a lost one does no harm.</summary>
internal sealed class LineReadMarks(ChatCommands commands, Caller caller, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, long> _shown = new(StringComparer.Ordinal);
    private bool _running;

    /// <summary>A message of somebody else was shown.</summary>
    public void Note(string conversation, long seq)
    {
        lock (_shown)
        {
            _shown[conversation] = Math.Max(seq, _shown.GetValueOrDefault(conversation));
            if (_running)
            {
                return;
            }

            _running = true;
        }

        _ = RunAsync();
    }

    /// <summary>Marks what has not been marked yet.</summary>
    public async Task FlushAsync()
    {
        foreach ((string conversation, long seq) in Take())
        {
            await commands.ExecuteAsync(
                caller, "read", new CommandJson().Add("conversation", conversation).Add("seq", seq).Build());
        }
    }

    private async Task RunAsync()
    {
        do
        {
            await Task.Delay(Pause, time);
            await FlushAsync();
        }
        while (!IsDone());
    }

    private KeyValuePair<string, long>[] Take()
    {
        lock (_shown)
        {
            KeyValuePair<string, long>[] shown = [.. _shown];
            _shown.Clear();
            return shown;
        }
    }

    private bool IsDone()
    {
        lock (_shown)
        {
            _running = _shown.Count > 0;
            return !_running;
        }
    }
}
