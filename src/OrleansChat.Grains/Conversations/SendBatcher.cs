using OrleansChat.Conversations;

namespace OrleansChat.Grains.Conversations;

/// <summary>
/// Keeps one batch of sends in flight and gathers the next meanwhile, so that a busy conversation costs few round trips and an idle
/// one waits for nothing. Lives inside its grain: every member runs in a turn, and the gathering batch is not touched across an await.
/// </summary>
internal sealed partial class SendBatcher(ConversationId id, IMessageLog log, DirectOpener opener, HistoryTrimmer trimmer, int maxPending, ILogger logger)
{
    private readonly Queue<PendingSend> _gathering = new();
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

        var send = new PendingSend(request);
        _gathering.Enqueue(send);
        _pending++;
        if (!_inFlight)
        {
            _inFlight = true;
            _ = FlushAsync();
        }

        return send.Task;
    }

    /// <summary>Notes a position that an answer of the log showed.</summary>
    public void Saw(string epoch, long seq)
    {
        if (epoch.Length > 0 && (Known is not { } known || known.Epoch != epoch || known.Seq < seq))
        {
            Known = new KnownPosition(epoch, seq);
        }
    }

    private async Task FlushAsync()
    {
        while (_gathering.Count > 0)
        {
            PendingSend[] batch = TakeBatch();
            IReadOnlyList<SendReply> replies = await AppendAsync(batch);
            bool unavailable = false;
            for (int i = 0; i < batch.Length; i++)
            {
                unavailable |= replies[i].Error?.Code == ChatError.Unavailable.Code;
                batch[i].TrySetResult(replies[i]);
            }

            _pending -= batch.Length;
            if (unavailable)
            {
                RefuseGathered();
            }
        }

        _inFlight = false;
    }

    // Each batch would wait out its own deadline behind this one's: the last of many would seem to hang. Nor may they be numbered before
    // what was sent earlier and may have to be sent again.
    private void RefuseGathered()
    {
        while (_gathering.TryDequeue(out PendingSend? send))
        {
            send.TrySetResult(SendReply.Refused(ChatError.Unavailable));
            _pending--;
        }
    }

    private PendingSend[] TakeBatch()
    {
        var batch = new PendingSend[CountBatch()];
        for (int i = 0; i < batch.Length; i++)
        {
            batch[i] = _gathering.Dequeue();
        }

        return batch;
    }

    // A resend that is older than the duplicate window is searched in the log before it is numbered. What its sender sent after it must not be
    // numbered meanwhile, so it goes with a later batch.
    private int CountBatch()
    {
        HashSet<string>? resending = null;
        int count = 0;
        foreach (PendingSend send in _gathering)
        {
            if (count == AppendBatch.MaxSends || resending?.Contains(send.Request.Actor.User) == true)
            {
                break;
            }

            count++;
            if (send.Request.After is not null)
            {
                (resending ??= new HashSet<string>(StringComparer.Ordinal)).Add(send.Request.Actor.User);
            }
        }

        return count;
    }

    private async Task<IReadOnlyList<SendReply>> AppendAsync(PendingSend[] batch)
    {
        var sends = new SendRequest[batch.Length];
        for (int i = 0; i < sends.Length; i++)
        {
            sends[i] = batch[i].Request;
        }

        try
        {
            AppendReply reply = await log.AppendAsync(new AppendBatch(id, sends, Known));
            if (reply.Outcome == AppendOutcome.MustCreate)
            {
                return await opener.CreateAsync(id, sends, Known);
            }

            Saw(reply.Epoch, reply.Last);
            trimmer.Appended(sends.Length);
            return reply.Replies;
        }
        catch (StorageUnavailableException)
        {
            return Refuse(sends.Length, ChatError.Unavailable);
        }
#pragma warning disable CA1031 // Whatever went wrong, everybody who waits gets an answer and the next batch goes on.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogAppendFailed(failure, id.Value, sends.Length);
            return Refuse(sends.Length, ChatError.Internal);
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

    // Waiters are other grains' and sessions' continuations: they must not run inside this grain's turn.
    private sealed class PendingSend(SendRequest request) : TaskCompletionSource<SendReply>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public SendRequest Request { get; } = request;
    }
}
