using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using OrleansChat.Conversations;
using OrleansChat.Redis.Connections;
using OrleansChat.Telemetry;
using StackExchange.Redis;

namespace OrleansChat.Redis.Conversations;

/// <summary>The logs over Redis: each member runs one script. This part appends.</summary>
internal sealed partial class RedisMessageLog(RedisConnection redis, ChatLimits limits) : IMessageLog
{
    private const int FixedArguments = 11;
    private const int ArgumentsPerSend = 3;
    private const int FurtherArguments = 2;
    private const int AllAppended = 4;
    private const int Appended = 0;
    private const int Repeated = 1;
    private const int MustSearch = 2;

    private static readonly RedisScript AppendScript = RedisScript.Load("append");

    /// <inheritdoc />
    public async Task<AppendReply> AppendAsync(AppendBatch batch)
    {
        using Activity? appending = ChatTraces.BeginAppend(batch.Sends);
        long started = Stopwatch.GetTimestamp();
        RedisResult[] answer = await RunAsync(batch, batch.Sends, ChatTraces.Carried(appending)).ConfigureAwait(false);
        TimeSpan duration = Stopwatch.GetElapsedTime(started);
        string epoch = (string)answer[0]!;
        long last = (long)answer[1];
        if (epoch.Length == 0)
        {
            return new AppendReply(AppendOutcome.MustCreate, [], string.Empty, 0);
        }

        var replies = new SendReply[batch.Sends.Count];
        if (answer.Length == AllAppended)
        {
            long first = (long)answer[2];
            long at = (long)answer[3];
            for (int i = 0; i < replies.Length; i++)
            {
                replies[i] = new SendReply(null, epoch, first + i, at, false);
            }

            ChatMetrics.Appended(replies.Length, 0, duration);
            return new AppendReply(AppendOutcome.Done, replies, epoch, last);
        }

        for (int i = 0; i < replies.Length; i++)
        {
            replies[i] = ReadReply(answer, i, epoch);
            if (replies[i].Error is null && (long)answer[2 + (3 * i)] == MustSearch)
            {
                replies[i] = await ResendAsync(batch, batch.Sends[i], before: replies[i].Seq).ConfigureAwait(false);
            }
        }

        ChatMetrics.Appended(replies.Length, replies.Count(reply => reply.Duplicate), duration);
        return new AppendReply(AppendOutcome.Done, replies, epoch, last);
    }

    private static SendReply ReadReply(RedisResult[] answer, int index, string epoch)
    {
        int at = 2 + (3 * index);
        int code = (int)(long)answer[at];
        return code is Appended or Repeated or MustSearch
            ? new SendReply(null, epoch, (long)answer[at + 1], (long)answer[at + 2], code == Repeated)
            : SendReply.Refused(ChatError.Of(code));
    }

    private async Task<RedisResult[]> RunAsync(AppendBatch batch, IReadOnlyList<SendRequest> sends, string? trace = null)
    {
        var keys = new ConversationKeys(batch.Conversation);
        bool direct = batch.Conversation.TryGetPair(out string? one, out string? other);
        int perSecond = direct ? 0 : limits.GroupMessagesPerSecond;
        bool hasMore = perSecond > 0 || trace is not null;
        string? only = CommonActor(sends);
        int perSend = only is null ? ArgumentsPerSend + 1 : ArgumentsPerSend;
        var arguments = new RedisValue[FixedArguments + (perSend * sends.Count) + (hasMore ? FurtherArguments : 0)];
        arguments[0] = batch.Conversation.Value;
        arguments[1] = batch.Known?.Epoch ?? string.Empty;
        arguments[2] = batch.Known?.Seq ?? 0;
        arguments[3] = Ids.NewEpoch();
        arguments[4] = CommonOrigin(sends);
        arguments[5] = direct ? one : string.Empty;
        arguments[6] = direct ? other : string.Empty;
        arguments[8] = IncarnationOf(batch.Create, one);
        arguments[9] = IncarnationOf(batch.Create, other);
        arguments[10] = only ?? string.Empty;
        int n = FixedArguments;
        bool resends = false;
        foreach (SendRequest send in sends)
        {
            string actor = only ?? NameOf(send.Actor);
            resends |= send.After is not null;
            arguments[n++] = $"{actor} {send.ClientId}";
            arguments[n++] = send.After is { } after
                ? string.Create(CultureInfo.InvariantCulture, $"{send.ContentHash:x}@{after}")
                : send.ContentHash.ToString("x", CultureInfo.InvariantCulture);
            arguments[n++] = Bytes(send.Tail);
            if (only is null)
            {
                arguments[n++] = actor;
            }
        }

        arguments[7] = (batch.Create is not null, resends) switch
        {
            (true, true) => "cr",
            (true, false) => "c",
            (false, true) => "r",
            _ => string.Empty,
        };
        if (hasMore)
        {
            arguments[n++] = perSecond;
            arguments[n] = trace ?? "-";
        }

        RedisResult result = await redis.EvaluateAsync(
            AppendScript,
            [keys.Meta, keys.Log, keys.Members, keys.Ids(0), keys.Ids(1), keys.Read, keys.Bans],
            arguments).ConfigureAwait(false);
        return (RedisResult[])result!;
    }

    /// <summary>
    /// A resend that the duplicate window no longer covers: the log itself is searched from where the client said, then, when it is not there,
    /// the append is tried with the search's end as the new <c>after</c>. If the window moved on meanwhile, this begins again from there.
    /// </summary>
    private async Task<SendReply> ResendAsync(AppendBatch batch, SendRequest send, long before)
    {
        while (true)
        {
            (SendReply? found, bool searched) = await SearchAsync(batch.Conversation, send, before).ConfigureAwait(false);
            if (found is not null || !searched)
            {
                return found ?? SendReply.Refused(ChatError.Expired);
            }

            send = send with { After = before - 1 };
            RedisResult[] answer = await RunAsync(batch, [send]).ConfigureAwait(false);
            string epoch = (string)answer[0]!;
            if (epoch.Length == 0)
            {
                return SendReply.Refused(ChatError.Unavailable);
            }

            if (answer.Length == AllAppended)
            {
                return new SendReply(null, epoch, (long)answer[2], (long)answer[3], false);
            }

            SendReply reply = ReadReply(answer, 0, epoch);
            if ((long)answer[2] != MustSearch)
            {
                return reply;
            }

            before = reply.Seq;
        }
    }

    // Sends of several gateways in one batch are announced to all of them: each drops what it delivered itself.
    private static string CommonOrigin(IReadOnlyList<SendRequest> sends)
    {
        string origin = sends[0].Actor.Node;
        for (int i = 1; i < sends.Count; i++)
        {
            if (!string.Equals(sends[i].Actor.Node, origin, StringComparison.Ordinal))
            {
                return string.Empty;
            }
        }

        return origin;
    }

    private static string NameOf(Actor actor) => actor.Incarnation.Length == 0 ? actor.User : $"{actor.User} {actor.Incarnation}";

    // Most batches are one person's: then the script is told once who it is.
    private static string? CommonActor(IReadOnlyList<SendRequest> sends)
    {
        Actor first = sends[0].Actor;
        for (int i = 1; i < sends.Count; i++)
        {
            Actor actor = sends[i].Actor;
            if (!string.Equals(actor.User, first.User, StringComparison.Ordinal) || !string.Equals(actor.Incarnation, first.Incarnation, StringComparison.Ordinal))
            {
                return null;
            }
        }

        return NameOf(first);
    }

    private static string IncarnationOf(IReadOnlyList<NewMember>? create, string? user) =>
        create?.FirstOrDefault(member => member.User == user)?.Incarnation ?? string.Empty;

    private static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> segment) && segment.Array is { } array && segment.Count == array.Length
            ? array
            : memory.ToArray();
}
