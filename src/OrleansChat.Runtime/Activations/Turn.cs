using OrleansChat.Runtime.Calls;

namespace OrleansChat.Runtime.Activations;

/// <summary>What the current thread is running on behalf of activations.</summary>
internal sealed class Turn
{
    [ThreadStatic]
    private static Turn? t_ofThread;

    private readonly Queue<Request> _ended = new();
    private bool _answers;

    public static Turn OfThread => t_ofThread ??= new Turn();

    /// <summary>The activation whose turn this is; null outside of turns.</summary>
    public Activation? Activation { get; set; }

    /// <summary>The request whose method is being started, until its first await.</summary>
    public Request? Request { get; set; }

    /// <summary>The task that is handed to the scheduler to be run at once, not queued.</summary>
    public Task? Starting { get; set; }

    /// <summary>How many turns are nested in each other on this thread.</summary>
    public int Depth { get; set; }

    /// <summary>The request that a call made now is sent from, as far as that is certain.</summary>
    public Request? CurrentRequest => Request ?? Activation?.SoleRequest;

    /// <summary>Notes a request that ended within a turn: its caller must not go on inside of it.</summary>
    public void Ends(Request request)
    {
        if (request.IsPromised)
        {
            _ended.Enqueue(request);
        }
    }

    /// <summary>Answers what ended on threads of the pool, for this one has something else to do.</summary>
    public void AnswerElsewhere()
    {
        while (_ended.TryDequeue(out var request))
        {
            request.AnswerElsewhere();
        }
    }

    /// <summary>
    /// Answers what ended, the last thing that the thread does: a caller that waits alone goes on here, which saves waking another thread. Of
    /// several each has a piece of work of its own, and so has what ends while a caller goes on here: the stack stays flat.
    /// </summary>
    public void AnswerHere()
    {
        if (_answers || Depth > 0 || !_ended.TryDequeue(out var first))
        {
            AnswerElsewhere();
            return;
        }

        AnswerElsewhere();
        _answers = true;
        try
        {
            first.Answer();
        }
        finally
        {
            _answers = false;
        }
    }
}
