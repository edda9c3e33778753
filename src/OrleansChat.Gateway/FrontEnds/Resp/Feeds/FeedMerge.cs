using OrleansChat.Feeds;

namespace OrleansChat.Gateway.FrontEnds.Resp.Feeds;

/// <summary>
/// Puts stretches of several logs into one order: by time, then by number, each log in its own order. What is later than the end of a stretch
/// that was cut off waits: something earlier may follow it.
/// </summary>
internal static class FeedMerge
{
    /// <summary>The most references that are appended in one step.</summary>
    public const int MaxReferences = 5000;

    /// <summary>Merges.</summary>
    /// <param name="stretches">One for each conversation.</param>
    /// <param name="most">The most references to take.</param>
    public static FeedBatch Merge(IReadOnlyList<FeedStretch> stretches, int most = MaxReferences)
    {
        long frontier = stretches.Where(stretch => stretch.More).Select(stretch => stretch.To).DefaultIfEmpty(long.MaxValue).Min();
        FeedReference[] all =
        [
            .. stretches.SelectMany(stretch => stretch.Entries)
                .Where(entry => entry.At <= frontier)
                .OrderBy(entry => entry.At).ThenBy(entry => entry.Seq).ThenBy(entry => entry.Conversation, StringComparer.Ordinal),
        ];
        FeedReference[] taken = all.Length > most ? all[..most] : all;
        var last = new Dictionary<string, FeedReference>(StringComparer.Ordinal);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (FeedReference entry in taken)
        {
            last[entry.Conversation] = entry;
            counts[entry.Conversation] = counts.GetValueOrDefault(entry.Conversation) + 1;
        }

        var advances = new List<FeedAdvance>();
        bool more = false;
        foreach (FeedStretch stretch in stretches)
        {
            bool whole = counts.GetValueOrDefault(stretch.Conversation) == stretch.Entries.Count;
            string? next = whole ? stretch.Next : last.TryGetValue(stretch.Conversation, out FeedReference entry) ? stretch.MarkAfter(entry) : null;
            more |= !whole || stretch.More;
            if (next is not null && next != stretch.Mark)
            {
                advances.Add(new FeedAdvance(stretch.Conversation, stretch.Mark, next));
            }
        }

        return new FeedBatch(advances, taken, more);
    }
}

/// <summary>What one step brings into a feed.</summary>
/// <param name="Advances">How far the conversations are brought in.</param>
/// <param name="References">The entries, in order.</param>
/// <param name="More">Whether there is more to bring in.</param>
internal sealed record FeedBatch(IReadOnlyList<FeedAdvance> Advances, IReadOnlyList<FeedReference> References, bool More);
