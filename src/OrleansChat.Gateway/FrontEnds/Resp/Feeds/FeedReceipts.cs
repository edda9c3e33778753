using Orleans;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Commands;
using OrleansChat.Feeds;

namespace OrleansChat.Gateway.FrontEnds.Resp.Feeds;

/// <summary>What a user has not read, counted by conversation, and marking it read by a place in the feed.</summary>
internal sealed class FeedReceipts(FeedServices services, FeedReader feeds, IMessageLog log, IGrainFactory grains)
{
    private const int Chunk = 1000;

    /// <summary>How far back a place is looked for in conversations that stay unread before it.</summary>
    private const int MostEntries = 20_000;

    /// <summary>Marks everything read that stands in the feed up to a place, that place included. The answer is a refusal or null.</summary>
    public async Task<ChatError?> MarkAsync(string user, FeedId id)
    {
        if (await services.HolderAsync(user) is not { } reader)
        {
            return ChatError.NoSuchUser;
        }

        await feeds.CollectAllAsync(user);
        Result<List<Summary>> unread = await SummariesAsync(reader);
        if (!unread.IsOk)
        {
            return unread.Error;
        }

        HashSet<string> open = [.. unread.Value.Select(summary => summary.Conversation)];
        FeedId from = id;
        for (int looked = 0; open.Count > 0 && looked < MostEntries; looked += Chunk)
        {
            IReadOnlyList<FeedEntry> entries = await services.Store.ReadBackAsync(reader, from, Chunk);
            foreach (FeedEntry entry in entries)
            {
                if (entry.Reference is { } reference && open.Remove(reference.Conversation))
                {
                    Result<Watermark> marked = await grains.GetGrain<IConversationGrain>(reference.Conversation).Mark(reader, reference.Seq, read: true);
                    if (marked.Error is { Retry: true } refusal)
                    {
                        return refusal;
                    }
                }
            }

            if (entries.Count < Chunk || entries[^1].Id.Seq == 0)
            {
                break;
            }

            from = new FeedId(entries[^1].Id.At, entries[^1].Id.Seq - 1);
        }

        return null;
    }

    /// <summary>The conversations with something unread, by name.</summary>
    public async Task<Result<IReadOnlyList<UnreadCount>>> UnreadAsync(string user)
    {
        if (await services.HolderAsync(user) is not { } reader)
        {
            return new Result<IReadOnlyList<UnreadCount>>([], null);
        }

        Result<List<Summary>> unread = await SummariesAsync(reader);
        return unread.IsOk
            ? new Result<IReadOnlyList<UnreadCount>>(
                [.. unread.Value.OrderBy(summary => summary.Conversation, StringComparer.Ordinal).Select(summary => Count(summary, user))], null)
            : unread.Error;
    }

    private static UnreadCount Count(Summary summary, string user) =>
        ConversationId.TryParse(summary.Conversation, out ConversationId id) && id.PeerOf(user) is { } peer
            ? new UnreadCount($"u:{peer}", summary.Unread)
            : new UnreadCount($"g:{id.GroupId}", summary.Unread);

    private async Task<Result<List<Summary>>> SummariesAsync(Actor reader)
    {
        Result<List<Summary>> summaries =
            await UserList.SummariesAsync(log, (await services.Directory.ConversationsAsync(reader.User)).Keys, reader);
        return summaries.IsOk ? summaries.Value.FindAll(static summary => summary.Unread > 0) : summaries.Error;
    }
}

/// <summary>How much of a conversation is unread.</summary>
/// <param name="Name"><c>u:</c> and the other one's name, or <c>g:</c> and the group's id.</param>
/// <param name="Count">How many messages.</param>
internal readonly record struct UnreadCount(string Name, long Count);
