namespace OrleansChat.Gateway.FrontEnds.Line;

/// <summary>Lets a sender see the own message before the answer to sending it, in the place that it has among the others.</summary>
internal sealed class LineEcho
{
    private readonly Lock _gate = new();
    private string _conversation = string.Empty;
    private long _seen;
    private long _wanted;
    private TaskCompletionSource _reached = new();

    /// <summary>Something is about to be sent.</summary>
    public void Expect(string conversation)
    {
        lock (_gate)
        {
            _conversation = conversation;
            _seen = 0;
            _wanted = long.MaxValue;
            _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Completes when the message of this number, or a later one, was put out since <see cref="Expect"/>.</summary>
    public Task ReachedAsync(long seq)
    {
        lock (_gate)
        {
            _wanted = seq;
            return _seen >= seq ? Task.CompletedTask : _reached.Task;
        }
    }

    /// <summary>A message was put out.</summary>
    public void Seen(string conversation, long seq)
    {
        lock (_gate)
        {
            if (conversation == _conversation)
            {
                _seen = Math.Max(_seen, seq);
                if (_seen >= _wanted)
                {
                    _reached.TrySetResult();
                }
            }
        }
    }
}
