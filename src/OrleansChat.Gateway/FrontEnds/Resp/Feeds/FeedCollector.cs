using System.Collections.Concurrent;
using OrleansChat.Feeds;

namespace OrleansChat.Gateway.FrontEnds.Resp.Feeds;

/// <summary>Brings what is new in the logs into a user's feed.</summary>
internal static class FeedCollector
{
    private const int LeastStretch = 10;
    private const int LongestStretch = 500;

    /// <summary>Takes one step. The answer is whether there is more to bring in.</summary>
    /// <param name="services">The services.</param>
    /// <param name="reader">Whose feed.</param>
    /// <param name="conversations">Which conversations to look at; null for all in the user's list.</param>
    public static async Task<bool> StepAsync(FeedServices services, Actor reader, IReadOnlyCollection<string>? conversations)
    {
        IReadOnlyDictionary<string, string> marks = await services.Store.MarksAsync(reader, conversations);
        var stretches = new ConcurrentBag<FeedStretch>();
        int length = Math.Clamp(FeedMerge.MaxReferences / Math.Max(1, marks.Count), LeastStretch, LongestStretch);
        await Parallel.ForEachAsync(
            marks,
            new ParallelOptions { MaxDegreeOfParallelism = FeedServices.AtOnce },
            async (mark, _) =>
            {
                if (ConversationId.TryParse(mark.Key, out ConversationId id))
                {
                    FeedStretch stretch = await services.Store.LookAsync(id, reader, mark.Value, length);
                    if (stretch.Next != stretch.Mark)
                    {
                        stretches.Add(stretch);
                    }
                }
            });
        if (stretches.IsEmpty)
        {
            return false;
        }

        FeedBatch batch = FeedMerge.Merge([.. stretches]);
        bool all = await services.Store.AppendAsync(reader, batch.Advances, batch.References);

        // What another node brought in meanwhile may have been less than there is.
        return batch.More || !all;
    }
}
