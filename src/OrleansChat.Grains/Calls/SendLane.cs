using System.Diagnostics.CodeAnalysis;
using OrleansChat.Conversations;

namespace OrleansChat.Grains.Calls;

/// <summary>
/// The way of one process's sends to one conversation: one call under way, and what comes meanwhile goes with the next. A lane ends when
/// nothing waits in it.
/// </summary>
/// <param name="call">Brings sends to the conversation, in their order.</param>
/// <param name="maxPending">How many may wait; more are refused.</param>
/// <param name="ended">Is told when the lane takes no more.</param>
/// <param name="logger">Is told of failures.</param>
internal sealed partial class SendLane(
    Func<IReadOnlyList<SendRequest>, Task<IReadOnlyList<SendReply>>> call, int maxPending, Action<SendLane> ended, ILogger logger)
{
    [ThreadStatic]
    private static bool t_calls;

    private readonly Lock _lock = new();
    private readonly Queue<PendingSend> _gathering = new();
    private bool _inFlight;
    private bool _ended;

    /// <summary>Whether the call that this thread is about to make is a lane's own.</summary>
    public static bool IsCalling => t_calls;

    /// <summary>Queues a send behind those before it. False when the lane has ended.</summary>
    public bool TrySend(SendRequest request, [NotNullWhen(true)] out Task<SendReply>? reply)
    {
        PendingSend send = new(request);
        reply = send.Task;
        lock (_lock)
        {
            if (_ended)
            {
                return false;
            }

            if (_gathering.Count >= maxPending)
            {
                reply = Task.FromResult(SendReply.Refused(ChatError.RateLimited));
                return true;
            }

            _gathering.Enqueue(send);
            if (_inFlight)
            {
                return true;
            }

            _inFlight = true;
        }

        _ = RunAsync();
        return true;
    }

    private async Task RunAsync()
    {
        while (TakeBatch() is { } batch)
        {
            IReadOnlyList<SendReply> replies = await CallAsync(batch).ConfigureAwait(false);
            bool unavailable = false;
            for (int i = 0; i < batch.Length; i++)
            {
                unavailable |= replies[i].Error?.Code == ChatError.Unavailable.Code;
                batch[i].TrySetResult(replies[i]);
            }

            if (unavailable)
            {
                RefuseGathered();
            }
        }
    }

    private PendingSend[]? TakeBatch()
    {
        lock (_lock)
        {
            if (_gathering.Count > 0)
            {
                var batch = new PendingSend[Math.Min(_gathering.Count, AppendBatch.MaxSends)];
                for (int i = 0; i < batch.Length; i++)
                {
                    batch[i] = _gathering.Dequeue();
                }

                return batch;
            }

            _ended = true;
        }

        ended(this);
        return null;
    }

    // They must not be numbered before what was sent earlier and may have to be sent again.
    private void RefuseGathered()
    {
        PendingSend[] refused;
        lock (_lock)
        {
            refused = [.. _gathering];
            _gathering.Clear();
        }

        foreach (PendingSend send in refused)
        {
            send.TrySetResult(SendReply.Refused(ChatError.Unavailable));
        }
    }

    private async Task<IReadOnlyList<SendReply>> CallAsync(PendingSend[] batch)
    {
        try
        {
            IReadOnlyList<SendReply> replies = await batch[0].Run(() => Call(Array.ConvertAll(batch, static send => send.Request))).ConfigureAwait(false);
            return replies.Count == batch.Length
                ? replies
                : throw new InvalidOperationException($"{batch.Length} sends got {replies.Count} replies.");
        }
        catch (Exception failure) when (failure is StorageUnavailableException or TimeoutException)
        {
            return Refuse(batch.Length, ChatError.Unavailable);
        }
#pragma warning disable CA1031 // Whatever went wrong, everybody who waits gets an answer and the next batch goes on.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailed(failure, batch.Length);
            return Refuse(batch.Length, ChatError.Internal);
        }
    }

    private Task<IReadOnlyList<SendReply>> Call(SendRequest[] requests)
    {
        t_calls = true;
        try
        {
            return call(requests);
        }
        finally
        {
            t_calls = false;
        }
    }

    private static SendReply[] Refuse(int count, ChatError error)
    {
        var replies = new SendReply[count];
        Array.Fill(replies, SendReply.Refused(error));
        return replies;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Bringing {Count} sends to their conversation failed")]
    private partial void LogFailed(Exception failure, int count);

    private sealed class PendingSend(SendRequest request) : TaskCompletionSource<SendReply>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        private readonly ExecutionContext? _context = ExecutionContext.Capture();

        public SendRequest Request { get; } = request;

        // A batch belongs to the trace of its first send, and not to that of whoever happened to begin the lane.
        public Task<IReadOnlyList<SendReply>> Run(Func<Task<IReadOnlyList<SendReply>>> step)
        {
            if (_context is null)
            {
                return step();
            }

            Task<IReadOnlyList<SendReply>>? running = null;
            ExecutionContext.Run(_context, _ => running = step(), null);
            return running!;
        }
    }
}
