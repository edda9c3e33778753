using OrleansChat.Feeds;

namespace OrleansChat.Gateway.FrontEnds.Resp.Feeds;

/// <summary>
/// Finds one message by an id of a feed or by the id that sending it returned. The second number of both is the message's number in its
/// conversation; the first is its time, or in a feed a little more.
/// </summary>
internal sealed class MessageFinder(FeedServices services)
{
    /// <summary>A message or action of a user's feed, or a message in one of their conversations. Null when there is none that they may read.</summary>
    public async Task<IReadOnlyList<string>?> OfUserAsync(string user, FeedId id)
    {
        if (await services.HolderAsync(user) is not { } reader)
        {
            return null;
        }

        IReadOnlyList<FeedEntry> entries = await services.Store.ReadBackAsync(reader, id, 1);
        if (entries is [var entry] && entry.Id == id)
        {
            return await FeedPage.ResolveAsync(services.Store, reader, entries) is [var item] ? item.Fields : null;
        }

        if (!IsNumber(id))
        {
            return null;
        }

        IReadOnlyDictionary<string, long> list = await services.Directory.ConversationsAsync(user);
        foreach (string[] chunk in list.Keys.Order(StringComparer.Ordinal).Chunk(FeedServices.AtOnce))
        {
            IReadOnlyList<string>?[] found = await Task.WhenAll(chunk.Select(conversation => FindAsync(conversation, reader, id, exactly: true)));
            if (found.FirstOrDefault(fields => fields is not null) is { } message)
            {
                return message;
            }
        }

        return null;
    }

    /// <summary>A message of a group. Null when there is none.</summary>
    public Task<IReadOnlyList<string>?> OfGroupAsync(string group, FeedId id) =>
        IsNumber(id) ? FindAsync(ConversationId.Group(group).Value, null, id, exactly: false) : Task.FromResult<IReadOnlyList<string>?>(null);

    private static bool IsNumber(FeedId id) => id.Seq is > 0 and <= long.MaxValue >> 10 && id.At <= long.MaxValue;

    private async Task<IReadOnlyList<string>?> FindAsync(string conversation, Actor? reader, FeedId id, bool exactly)
    {
        if (!ConversationId.TryParse(conversation, out ConversationId known))
        {
            return null;
        }

        IReadOnlyDictionary<long, ReadOnlyMemory<byte>> found = await services.Store.MessagesAsync(known, reader, [(long)id.Seq]);
        if (!found.TryGetValue((long)id.Seq, out ReadOnlyMemory<byte> message))
        {
            return null;
        }

        long at = MessageFields.At(message);
        return (exactly ? (long)id.At == at : (long)id.At >= at) ? MessageFields.Read(message, at) : null;
    }
}
