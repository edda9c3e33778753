using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansChat.Groups;

namespace OrleansChat.Redis.Groups;

/// <summary>The <c>data</c> of a group's system entries that carry free text.</summary>
internal static class GroupEntryData
{
    /// <summary>A text as a JSON string.</summary>
    public static string Quote(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";

    /// <summary><c>renamed</c> when the title changes and nothing else, <c>updated</c> otherwise.</summary>
    public static string Updated(GroupSettings settings)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            bool renamed = settings is { Title: not null, Join: null, Public: null, HistoryFromJoin: null };
            writer.WriteStartObject();
            writer.WriteString("type", renamed ? "renamed" : "updated");
            if (settings.Title is { } title)
            {
                writer.WriteString("title", title);
            }

            if (settings.Join is { } join)
            {
                writer.WriteString("join", JsonNamingPolicy.CamelCase.ConvertName(join.ToString()));
            }

            if (settings.Public is { } listed)
            {
                writer.WriteBoolean("public", listed);
            }

            if (settings.HistoryFromJoin is { } joined)
            {
                writer.WriteString("history", joined ? "joined" : "all");
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
