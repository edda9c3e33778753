using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OrleansChat.Conversations;
using OrleansChat.Redis.Connections;
using OrleansChat.Telemetry;
using StackExchange.Redis;

namespace OrleansChat.Redis.Conversations;

/// <summary>The logs over Redis: each member runs one script. This part appends.</summary>
internal sealed partial class RedisMessageLog(RedisConnection redis, ChatLimits limits) : IMessageLog
{
    private const int Appended = 0;
    private const int Repeated = 1;
    private const int MustSearch = 2;
    private const int MustFollow = 3;

    /// <inheritdoc />
    public async Task<AppendReply> AppendAsync(AppendBatch batch)
    {
        using Activity? appending = ChatTraces.BeginAppend(batch.Sends);
        long started = Stopwatch.GetTimestamp();
        AppendAnswer answer = await RunAsync(batch, batch.Sends, ChatTraces.Carried(appending)).ConfigureAwait(false);
        TimeSpan duration = Stopwatch.GetElapsedTime(started);
        string epoch = answer.Epoch;
        if (epoch.Length == 0)
        {
            return new AppendReply(AppendOutcome.MustCreate, [], string.Empty, 0);
        }

        var replies = new SendReply[batch.Sends.Count];
        if (answer.Each is not { } each)
        {
            for (int i = 0; i < replies.Length; i++)
            {
                replies[i] = new SendReply(null, epoch, answer.First + i, answer.At, false);
            }

            ChatMetrics.Appended(replies.Length, 0, duration);
            return new AppendReply(AppendOutcome.Done, replies, epoch, answer.Last);
        }

        for (int i = 0; i < replies.Length; i++)
        {
            replies[i] = each[AppendAnswer.PerSend * i] switch
            {
                MustSearch => await ResendAsync(batch, batch.Sends[i], before: each[(AppendAnswer.PerSend * i) + 1]).ConfigureAwait(false),
                MustFollow => await ResendAsync(batch, batch.Sends[i], before: null).ConfigureAwait(false),
                _ => ReadReply(each, i, epoch),
            };
        }

        ChatMetrics.Appended(replies.Length, replies.Count(reply => reply.Duplicate), duration);
        return new AppendReply(AppendOutcome.Done, replies, epoch, answer.Last);
    }

    private static SendReply ReadReply(long[] each, int index, string epoch)
    {
        int at = AppendAnswer.PerSend * index;
        int code = (int)each[at];
        return code is Appended or Repeated
            ? new SendReply(null, epoch, each[at + 1], each[at + 2], code == Repeated)
            : SendReply.Refused(ChatError.Of(code));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AppendAnswer> RunAsync(AppendBatch batch, IReadOnlyList<SendRequest> sends, string? trace = null)
    {
        var step = new AppendStep(batch, sends, limits, trace);
        if (redis.Appends.Fits)
        {
            var call = new AppendCall(RedisScript.Append, step);
            if (await redis.Appends.TryRunAsync(call).ConfigureAwait(false))
            {
                return call.Answer;
            }
        }

        var keys = new ConversationKeys(batch.Conversation);
        RedisResult result = await redis.EvaluateAsync(
            RedisScript.Append,
            [keys.Meta, keys.Log, keys.Members, keys.Ids(0), keys.Ids(1), keys.Read, keys.Bans],
            step.ToValues()).ConfigureAwait(false);
        return AppendAnswer.Of((RedisResult[])result!);
    }

    /// <summary>
    /// A resend that the duplicate window no longer covers: the log itself is searched from where the client said, then, when it is not there,
    /// the append is tried with the search's end as the new <c>after</c>. If the window moved on meanwhile, this begins again from there.
    /// What its sender sent behind it comes here too, without a search before the first try.
    /// </summary>
    private async Task<SendReply> ResendAsync(AppendBatch batch, SendRequest send, long? before)
    {
        while (true)
        {
            if (before is { } end)
            {
                (SendReply? found, bool searched) = await SearchAsync(batch.Conversation, send, end).ConfigureAwait(false);
                if (found is not null || !searched)
                {
                    return found ?? SendReply.Refused(ChatError.Expired);
                }

                send = send with { After = end - 1 };
            }

            AppendAnswer answer = await RunAsync(batch, [send]).ConfigureAwait(false);
            if (answer.Epoch.Length == 0)
            {
                return SendReply.Refused(ChatError.Unavailable);
            }

            if (answer.Each is not { } each)
            {
                return new SendReply(null, answer.Epoch, answer.First, answer.At, false);
            }

            if (each[0] != MustSearch)
            {
                return ReadReply(each, 0, answer.Epoch);
            }

            before = each[1];
        }
    }

    /// <summary>The bytes for the client library, without a copy where that is possible.</summary>
    internal static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> segment) && segment.Array is { } array && segment.Count == array.Length
            ? array
            : memory.ToArray();
}
