using OrleansChat.Conversations;

namespace OrleansChat.Redis.Conversations;

/// <summary>
/// The logs over Redis. This part reads of many conversations what others ask of one: some in each step, and few steps at once in the whole
/// process, so that Redis is never held for long. Where Redis is a cluster their keys lie in many slots: there each is a call of its own.
/// </summary>
internal sealed partial class RedisMessageLog
{
    private const int SummariesPerStep = 100;
    private const int EndsPerStep = 256;

    // Of one caller: others get turns in between.
    private const int StepsAtOnce = 2;

    /// <inheritdoc />
    public async Task<IReadOnlyList<Result<Summary>>> SummariesAsync(IReadOnlyList<ConversationId> conversations, Actor reader)
    {
        var answers = new Result<Summary>[conversations.Count];
        Array.Fill(answers, ChatError.Unavailable);
        await InStepsAsync(conversations, SummariesPerStep, async (start, some) =>
        {
            Result<Summary>[] read = await SummariesOfAsync(some, reader).ConfigureAwait(false);
            read.CopyTo(answers, start);
            return !Array.Exists(read, static one => one.Error is { Retry: true });
        }).ConfigureAwait(false);
        return answers;
    }

    /// <inheritdoc />
    public async Task<Result<IReadOnlyList<KnownPosition>>> EndsAsync(IReadOnlyList<ConversationId> conversations)
    {
        var ends = new KnownPosition[conversations.Count];
        bool all = await InStepsAsync(conversations, EndsPerStep, async (start, some) =>
        {
            Result<KnownPosition[]> read = await EndsOfAsync(some).ConfigureAwait(false);
            read.Value?.CopyTo(ends, start);
            return read.IsOk;
        }).ConfigureAwait(false);
        return all ? ends : ChatError.Unavailable;
    }

    /// <summary>Takes the steps in turn with others. False when one of them found storage away: then those after it were not taken.</summary>
    private async Task<bool> InStepsAsync(IReadOnlyList<ConversationId> conversations, int perStep, Func<int, ConversationId[], Task<bool>> step)
    {
        int next = 0;
        bool away = false;
        async Task RunAsync()
        {
            int start;
            while (!Volatile.Read(ref away) && (start = Interlocked.Add(ref next, perStep) - perStep) < conversations.Count)
            {
                var some = new ConversationId[Math.Min(perStep, conversations.Count - start)];
                for (int i = 0; i < some.Length; i++)
                {
                    some[i] = conversations[start + i];
                }

                if (!await redis.ReadTurns.TryRunAsync(() => step(start, some)).ConfigureAwait(false))
                {
                    Volatile.Write(ref away, true);
                }
            }
        }

        Task[] runs = new Task[Math.Min(StepsAtOnce, (conversations.Count + perStep - 1) / perStep)];
        for (int i = 0; i < runs.Length; i++)
        {
            runs[i] = RunAsync();
        }

        await Task.WhenAll(runs).ConfigureAwait(false);
        return !away;
    }

    private async Task<Result<Summary>[]> SummariesOfAsync(ConversationId[] conversations, Actor reader)
    {
        try
        {
            var call = new SummariesCall(conversations, null, reader);
            if (await redis.Reads.TryRunAsync(call).ConfigureAwait(false))
            {
                await LookAgainAsync(conversations, call, reader).ConfigureAwait(false);
                return await WithOthersAsync(conversations, call.Found, reader).ConfigureAwait(false);
            }
        }
        catch (StorageUnavailableException)
        {
            return Array.ConvertAll(conversations, static _ => (Result<Summary>)ChatError.Unavailable);
        }

        return await WithOthersAsync(conversations, new Summary?[conversations.Length], reader).ConfigureAwait(false);
    }

    // Conversations whose last entry is not the newest message: something was changed since, or somebody came or went.
    private async Task LookAgainAsync(ConversationId[] conversations, SummariesCall call, Actor reader)
    {
        int[] places = [.. Enumerable.Range(0, conversations.Length).Where(i => call.Newest[i] > 0)];
        if (places.Length == 0)
        {
            return;
        }

        var again = new SummariesCall(
            Array.ConvertAll(places, i => conversations[i]), Array.ConvertAll(places, i => call.Newest[i]), reader);
        if (await redis.Reads.TryRunAsync(again).ConfigureAwait(false))
        {
            for (int i = 0; i < places.Length; i++)
            {
                call.Found[places[i]] = again.Found[i];
            }
        }
    }

    // What the transaction could not decide, refusals above all, the script does.
    private async Task<Result<Summary>[]> WithOthersAsync(ConversationId[] conversations, Summary?[] found, Actor reader)
    {
        var asked = new Task<Result<Summary>>?[found.Length];
        for (int i = 0; i < found.Length; i++)
        {
            asked[i] = found[i] is null ? SummaryAsync(conversations[i], reader) : null;
        }

        var answers = new Result<Summary>[found.Length];
        for (int i = 0; i < found.Length; i++)
        {
            answers[i] = asked[i] is { } other ? await other.ConfigureAwait(false) : found[i]!;
        }

        return answers;
    }

    private async Task<Result<KnownPosition[]>> EndsOfAsync(ConversationId[] conversations)
    {
        try
        {
            var call = new EndsCall(conversations);
            if (await redis.Reads.TryRunAsync(call).ConfigureAwait(false))
            {
                return call.Ends;
            }
        }
        catch (StorageUnavailableException)
        {
            return ChatError.Unavailable;
        }

        Result<LogRange>[] ranges = await Task.WhenAll(conversations.Select(id => ReadAsync(id, null, long.MaxValue >> 11, 0, null))).ConfigureAwait(false);
        return Array.Find(ranges, static range => !range.IsOk) is { Error: { } error }
            ? error
            : Array.ConvertAll(ranges, static range => new KnownPosition(range.Value!.Epoch, range.Value.Last));
    }
}
