using System.Text.Json;
using OrleansChat.Conversations;

namespace OrleansChat.Gateway.Commands;

/// <summary>The order in which conversations are listed: the one with the newest message first.</summary>
internal static class SummaryOrder
{
    public static IEnumerable<Summary> NewestFirst(IEnumerable<Summary> summaries) =>
        summaries
            .OrderByDescending(summary => MessageJson.TryReadHead(summary.LastMessage.Span, out MessageHead head) ? head.At : 0)
            .ThenBy(summary => summary.Conversation, StringComparer.Ordinal);

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
}
