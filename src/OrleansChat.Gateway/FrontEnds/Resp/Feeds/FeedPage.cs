using OrleansChat.Feeds;

namespace OrleansChat.Gateway.FrontEnds.Resp.Feeds;

/// <summary>An entry of a feed that its reader may read.</summary>
/// <param name="Id">Its place.</param>
/// <param name="Fields">What it says.</param>
internal readonly record struct FeedItem(FeedId Id, IReadOnlyList<string> Fields);

/// <summary>Reads feeds: the references in their order, then what they refer to as the reader may see it now.</summary>
internal static class FeedPage
{
    private const int Chunk = 500;

    /// <summary>The most bytes of one page, beyond its first entry; the rest is read from its last id on.</summary>
    private const int MaxBytes = 8 << 20;

    /// <summary>Reads entries after a place. The cursor answered is the last place looked at, which the reader may not be allowed to see.</summary>
    public static async Task<(List<FeedItem> Items, FeedId Cursor)> ReadAsync(IUserFeedStore store, Actor reader, FeedId after, int count)
    {
        var items = new List<FeedItem>();
        long bytes = 0;
        while (items.Count < count && bytes < MaxBytes)
        {
            int wanted = Math.Min(Chunk, count - items.Count);
            IReadOnlyList<FeedEntry> entries = await store.ReadAsync(reader, after, wanted);
            foreach (FeedItem item in await ResolveAsync(store, reader, entries))
            {
                if (bytes >= MaxBytes)
                {
                    return (items, items[^1].Id);
                }

                items.Add(item);
                bytes += item.Fields.Sum(field => field.Length);
            }

            if (entries.Count > 0)
            {
                after = entries[^1].Id;
            }

            if (entries.Count < wanted)
            {
                break;
            }
        }

        return (items, after);
    }

    /// <summary>Reads what entries refer to. Those that may not be read are left out.</summary>
    public static async Task<List<FeedItem>> ResolveAsync(IUserFeedStore store, Actor reader, IReadOnlyList<FeedEntry> entries)
    {
        var messages = new Dictionary<string, Task<IReadOnlyDictionary<long, ReadOnlyMemory<byte>>>>(StringComparer.Ordinal);
        foreach (var group in entries.Select(entry => entry.Reference).OfType<FeedReference>().GroupBy(reference => reference.Conversation))
        {
            if (ConversationId.TryParse(group.Key, out ConversationId id))
            {
                messages[group.Key] = store.MessagesAsync(id, reader, [.. group.Select(reference => reference.Seq)]);
            }
        }

        await Task.WhenAll(messages.Values);
        var items = new List<FeedItem>(entries.Count);
        foreach (FeedEntry entry in entries)
        {
            if (entry.Action is { } action)
            {
                items.Add(new FeedItem(entry.Id, MessageFields.Of(action)));
            }
            else if (entry.Reference is { } reference
                && messages.TryGetValue(reference.Conversation, out var found)
                && (await found).TryGetValue(reference.Seq, out ReadOnlyMemory<byte> message)
                && MessageFields.Read(message, reference.At) is { } fields)
            {
                items.Add(new FeedItem(entry.Id, fields));
            }
        }

        return items;
    }
}
