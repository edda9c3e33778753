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
