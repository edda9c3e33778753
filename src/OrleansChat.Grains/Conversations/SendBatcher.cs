using OrleansChat.Conversations;

namespace OrleansChat.Grains.Conversations;

/// <summary>
/// Keeps one batch of sends in flight and gathers the next meanwhile, so that a busy conversation costs few round trips and an idle
/// one waits for nothing. Lives inside its grain: every member runs in a turn, and the gathering batch is not touched across an await.
/// </summary>
internal sealed partial class SendBatcher(ConversationId id, IMessageLog log, DirectOpener opener, HistoryTrimmer trimmer, int maxPending, ILogger logger)
{
    private readonly Queue<PendingSends> _gathering = new();
    private bool _inFlight;
    private int _pending;

    /// <summary>The highest position that was seen here; a log behind it was rolled back.</summary>
    public KnownPosition? Known { get; private set; }

    /// <summary>Queues a send behind those before it.</summary>
    public Task<SendReply> Send(SendRequest request)
    {
        if (_pending >= maxPending)
        {
            return Task.FromResult(SendReply.Refused(ChatError.RateLimited));
        }

        var sends = new PendingSends([request], 1, alone: true);
        Queue(sends);
        return sends.Reply;
    }

    /// <summary>Queues sends that came together; one answer for all of them.</summary>
    public Task<IReadOnlyList<SendReply>> SendAll(IReadOnlyList<SendRequest> requests)
    {
        int taken = Math.Min(requests.Count, maxPending - _pending);
        if (taken <= 0)
        {
            return Task.FromResult<IReadOnlyList<SendReply>>(Refuse(requests.Count, ChatError.RateLimited));
        }

        var sends = new PendingSends(requests, taken);
        Queue(sends);
        return sends.Replies;
    }

    /// <summary>Notes a position that an answer of the log showed.</summary>
    public void Saw(string epoch, long seq)
    {
        if (epoch.Length > 0 && (Known is not { } known || known.Epoch != epoch || known.Seq < seq))
        {
            Known = new KnownPosition(epoch, seq);
        }
    }

    private void Queue(PendingSends sends)
    {
        _gathering.Enqueue(sends);
        _pending += sends.Waiting;
        if (!_inFlight)
        {
            _inFlight = true;
            _ = FlushAsync();
        }
    }

    private async Task FlushAsync()
    {
        while (_gathering.Count > 0)
        {
            (IReadOnlyList<SendRequest> batch, List<PendingSends> senders) = TakeBatch();
            IReadOnlyList<SendReply> replies = await AppendAsync(batch);
            int at = 0;
            foreach (PendingSends sends in senders)
            {
                sends.Answer(replies, ref at);
            }

            _pending -= batch.Count;
            if (AnyUnavailable(replies))
            {
                RefuseGathered();
            }
        }

        _inFlight = false;
    }

    private static bool AnyUnavailable(IReadOnlyList<SendReply> replies)
    {
        for (int i = 0; i < replies.Count; i++)
        {
            if (replies[i].Error?.Code == ChatError.Unavailable.Code)
            {
                return true;
            }
        }

        return false;
    }

    // Each batch would wait out its own deadline behind this one's: the last of many would seem to hang. Nor may they be numbered before
    // what was sent earlier and may have to be sent again.
    private void RefuseGathered()
    {
        while (_gathering.TryDequeue(out PendingSends? sends))
        {
            _pending -= sends.Waiting;
            sends.Refuse(ChatError.Unavailable);
        }
    }

    private (IReadOnlyList<SendRequest> Batch, List<PendingSends> Senders) TakeBatch()
    {
        PendingSends first = _gathering.Peek();
        if (_gathering.Count == 1 && first.IsWholeBatch)
        {
            _gathering.Dequeue();
            return (first.TakeAll(), [first]);
        }

        List<SendRequest> batch = [];
        List<PendingSends> senders = [];
        while (batch.Count < AppendBatch.MaxSends && _gathering.TryPeek(out PendingSends? sends))
        {
            senders.Add(sends);
            sends.Take(batch, AppendBatch.MaxSends - batch.Count);
            if (sends.Waiting == 0)
            {
                _gathering.Dequeue();
            }
        }

        return (batch, senders);
    }

    private async Task<IReadOnlyList<SendReply>> AppendAsync(IReadOnlyList<SendRequest> sends)
    {
        try
        {
            AppendReply reply = await log.AppendAsync(new AppendBatch(id, sends, Known));
            if (reply.Outcome == AppendOutcome.MustCreate)
            {
                return await opener.CreateAsync(id, sends, Known);
            }

            Saw(reply.Epoch, reply.Last);
            trimmer.Appended(sends.Count);
            return reply.Replies;
        }
        catch (StorageUnavailableException)
        {
            return Refuse(sends.Count, ChatError.Unavailable);
        }
#pragma warning disable CA1031 // Whatever went wrong, everybody who waits gets an answer and the next batch goes on.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogAppendFailed(failure, id.Value, sends.Count);
            return Refuse(sends.Count, ChatError.Internal);
        }
    }

    private static SendReply[] Refuse(int count, ChatError error)
    {
        var replies = new SendReply[count];
        Array.Fill(replies, SendReply.Refused(error));
        return replies;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Appending {Count} sends to {Conversation} failed")]
    private partial void LogAppendFailed(Exception failure, string conversation, int count);
}
