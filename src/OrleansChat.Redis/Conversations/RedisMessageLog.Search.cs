using System.Text;
using OrleansChat.Conversations;

namespace OrleansChat.Redis.Conversations;

/// <summary>The logs over Redis. This part looks for a resend in the log itself (invariant I3).</summary>
internal sealed partial class RedisMessageLog
{
    /// <summary>The most entries that are searched for a resend; beyond it the resend is refused as expired.</summary>
    internal const int SearchLimit = 10_000;

    private const int SearchPage = 500;

    private async Task<(SendReply? Found, bool Searched)> SearchAsync(ConversationId conversation, SendRequest send, long before)
    {
        long after = send.After ?? 0;

        // A guest's earlier entries may be another guest's of the same name: they are not searched, so nothing can be said for certain.
        if (before - 1 - after > SearchLimit || send.Actor.Incarnation.Length > 0)
        {
            return (null, false);
        }

        byte[] user = Encoding.UTF8.GetBytes(send.Actor.User);
        byte[] clientId = Encoding.UTF8.GetBytes(send.ClientId);
        while (after + 1 < before)
        {
            int limit = (int)Math.Min(SearchPage, before - 1 - after);
            Result<LogRange> page = await ReadAsync(conversation, null, after, limit, null).ConfigureAwait(false);
            if (!page.IsOk || page.Value.First > after + 1 || page.Value.Entries.Count == 0)
            {
                return (page.IsOk ? null : SendReply.Refused(page.Error), false);
            }

            foreach (LogEntry entry in page.Value.Entries)
            {
                if (MessageTail.IsSend(entry.Message.Span, user, clientId, out ulong hash))
                {
                    MessageJson.TryReadHead(entry.Message.Span, out MessageHead head);
                    bool same = hash == send.ContentHash || entry.Message.Span.EndsWith(",\"deleted\":true}"u8);
                    return (same ? new SendReply(null, page.Value.Epoch, entry.Seq, head.At, true) : SendReply.Refused(ChatError.Conflict), true);
                }
            }

            after = page.Value.Entries[^1].Seq;
        }

        return (null, true);
    }
}
