using OrleansChat.Conversations;

namespace OrleansChat.Grains.Conversations;

/// <summary>
/// Sends that came together and wait for one answer; it may take several batches. They are answered within the grain's turn: what a caller
/// goes on with is kept out of it by the engine, whichever it is.
/// </summary>
/// <param name="requests">The sends.</param>
/// <param name="accepted">How many of them are taken; the rest is refused.</param>
/// <param name="alone">Whether the answer is the reply to one, rather than a list of replies.</param>
internal sealed class PendingSends(IReadOnlyList<SendRequest> requests, int accepted, bool alone = false)
{
    private readonly TaskCompletionSource<SendReply>? _one = alone ? new() : null;
    private readonly TaskCompletionSource<IReadOnlyList<SendReply>>? _all = alone ? null : new();
    private SendReply[]? _replies;
    private int _taken;
    private int _answered;

    /// <summary>The reply to the only one.</summary>
    public Task<SendReply> Reply => _one!.Task;

    /// <summary>The replies to all.</summary>
    public Task<IReadOnlyList<SendReply>> Replies => _all!.Task;

    /// <summary>Those that are in no batch yet.</summary>
    public int Waiting => accepted - _taken;

    /// <summary>Whether they go into one batch as they are.</summary>
    public bool IsWholeBatch => _taken == 0 && accepted == requests.Count && accepted <= AppendBatch.MaxSends;

    /// <summary>Takes all of them as a batch.</summary>
    public IReadOnlyList<SendRequest> TakeAll()
    {
        _taken = accepted;
        return requests;
    }

    /// <summary>Takes the next ones, as many as a batch still has room for.</summary>
    public void Take(List<SendRequest> batch, int room)
    {
        for (int end = _taken + Math.Min(room, Waiting); _taken < end; _taken++)
        {
            batch.Add(requests[_taken]);
        }
    }

    /// <summary>Takes the replies to what was taken, from a batch's.</summary>
    /// <param name="replies">The replies of the batch.</param>
    /// <param name="at">Where this one's begin; moved behind them.</param>
    public void Answer(IReadOnlyList<SendReply> replies, ref int at)
    {
        if (_taken == requests.Count && _answered == 0 && replies.Count == _taken)
        {
            at += replies.Count;
            End(replies);
            return;
        }

        _replies ??= new SendReply[requests.Count];
        while (_answered < _taken)
        {
            _replies[_answered++] = replies[at++];
        }

        if (Waiting == 0)
        {
            Refuse(ChatError.RateLimited);
        }
    }

    /// <summary>Refuses what has no reply, and answers.</summary>
    public void Refuse(ChatError error)
    {
        _replies ??= new SendReply[requests.Count];
        SendReply refused = SendReply.Refused(error);
        Array.Fill(_replies, refused, _answered, _replies.Length - _answered);
        End(_replies);
    }

    private void End(IReadOnlyList<SendReply> replies)
    {
        _one?.TrySetResult(replies[0]);
        _all?.TrySetResult(replies);
    }
}
