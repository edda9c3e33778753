namespace OrleansChat.Client;

/// <summary>The unacknowledged sends of one conversation.</summary>
internal sealed class SendLane(string conversation)
{
    private readonly PriorityQueue<PendingSend, long> _waiting = new();

    /// <summary>The conversation's id, or the peer's name where the id is not known.</summary>
    public string Conversation { get; } = conversation;

    public int InFlight { get; set; }

    /// <summary>How often in a row the server asked to try again.</summary>
    public int Failures { get; set; }

    /// <summary>Set after a failure: nothing goes out until all answers are in and the waiting time is over, or later sends would overtake.</summary>
    public bool IsHeld { get; set; }

    public ITimer? Release { get; set; }

    /// <summary>Whether the lane stands in the queue of those that may send.</summary>
    public bool IsQueued { get; set; }

    public bool IsEmpty => InFlight == 0 && _waiting.Count == 0 && Release is null;

    public void Add(PendingSend send) => _waiting.Enqueue(send, send.Order);

    /// <summary>The earliest waiting send that nobody cancelled.</summary>
    public PendingSend? Take()
    {
        DropCancelled();
        return _waiting.TryDequeue(out var send, out _) ? send : null;
    }

    public bool MaySend(int window)
    {
        DropCancelled();
        return !IsHeld && InFlight < window && _waiting.Count > 0;
    }

    public IEnumerable<PendingSend> TakeAll()
    {
        while (Take() is { } send)
        {
            yield return send;
        }
    }

    private void DropCancelled()
    {
        while (_waiting.TryPeek(out var send, out _) && send.Done.Task.IsCompleted)
        {
            _waiting.Dequeue();
        }
    }
}
