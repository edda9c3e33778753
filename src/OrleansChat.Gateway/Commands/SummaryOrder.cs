using System.Text.Json;
using OrleansChat.Conversations;

namespace OrleansChat.Gateway.Commands;

/// <summary>The order in which conversations are listed: the one with the newest message first.</summary>
internal static class SummaryOrder
{
    public static IReadOnlyList<Summary> NewestFirst(IReadOnlyList<Summary> summaries)
    {
        var order = new Place[summaries.Count];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = new Place(MessageJson.TryReadHead(summaries[i].LastMessage.Span, out MessageHead head) ? head.At : 0, summaries[i]);
        }

        Array.Sort(order);
        return Array.ConvertAll(order, static place => place.Summary);
    }

    /// <summary>Those of a user's list that have begun and that the user is a member of; a refusal only when storage is away.</summary>
    public static async Task<Result<List<Summary>>> ReadAsync(IMessageLog log, IEnumerable<string> list, Actor reader)
    {
        var ids = new List<ConversationId>();
        foreach (string conversation in list)
        {
            if (ConversationId.TryParse(conversation, out ConversationId id))
            {
                ids.Add(id);
            }
        }

        var found = new List<Summary>(ids.Count);
        foreach (Result<Summary> summary in await log.SummariesAsync(ids, reader))
        {
            if (summary.Error is { Retry: true } error)
            {
                return error;
            }

            if (summary.Value is { Epoch.Length: > 0 } begun)
            {
                found.Add(begun);
            }
        }

        return found;
    }

    /// <summary>Writes the member <c>conversations</c>.</summary>
    public static void Write(Utf8JsonWriter writer, IEnumerable<Summary> summaries, string user)
    {
        writer.WriteStartArray("conversations");
        foreach (Summary summary in summaries)
        {
            WireJson.SummaryObject(writer, summary, user);
        }

        writer.WriteEndArray();
    }

    private readonly record struct Place(long At, Summary Summary) : IComparable<Place>
    {
        public int CompareTo(Place other) =>
            At != other.At ? other.At.CompareTo(At) : string.CompareOrdinal(Summary.Conversation, other.Summary.Conversation);
    }
}
