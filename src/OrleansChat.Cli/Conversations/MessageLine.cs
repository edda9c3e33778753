using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansChat.Cli.Terminal;
using OrleansChat.Client;

namespace OrleansChat.Cli.Conversations;

/// <summary>An entry of a conversation as people read it.</summary>
internal static class MessageLine
{
    /// <param name="message">The entry.</param>
    /// <param name="me">Whose name has a colour of its own.</param>
    /// <param name="place">The conversation, where lines of several come together.</param>
    /// <param name="seen">Whether it was seen; null where that is not said.</param>
    public static Part[] Of(ChatMessage message, string me, string? place = null, bool? seen = null)
    {
        string time = DateTimeOffset.FromUnixTimeMilliseconds(message.At).LocalDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        List<Part> line = [Part.Quiet($"{(place is null ? "" : place + " ")}#{message.Seq} {time} ")];
        if (message.Kind == "text")
        {
            line.AddRange([new Part(message.From, message.From == me ? Tone.Own : Tone.Other), ": ", message.Deleted ? "(deleted)" : message.Text]);
            line.AddRange(Extras(message).Select(Part.Quiet));
        }
        else
        {
            line.Add(Part.Quiet(News(message)));
        }

        if (seen is { } known)
        {
            line.Add(Part.Quiet(known ? " (seen)" : " (unseen)"));
        }

        return [.. line];
    }

    /// <summary>The entry as programs read it: the protocol's object, and whether it was seen where that is said.</summary>
    public static JsonObject Json(ChatMessage message, bool? seen = null)
    {
        JsonObject json = JsonSerializer.SerializeToNode(message, CliJson.Default.ChatMessage)!.AsObject();
        if (!message.Deleted)
        {
            json.Remove("deleted");
        }

        if (seen is { } known)
        {
            json["seen"] = known;
        }

        return json;
    }

    private static IEnumerable<string> Extras(ChatMessage message)
    {
        if (message.ReplyTo is { } answered)
        {
            yield return $" (answers #{answered})";
        }

        if (message.Attachments is { ValueKind: JsonValueKind.Array } attachments)
        {
            yield return $" ({attachments.GetArrayLength()} attached)";
        }

        if (message.Edited is not null)
        {
            yield return " (edited)";
        }

        foreach ((string emoji, IReadOnlyList<string> people) in message.Reactions ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            yield return $" [{emoji} {people.Count}]";
        }
    }

    /// <summary>What the system wrote, or what became of an earlier message.</summary>
    private static string News(ChatMessage message)
    {
        JsonElement data = message.Data ?? default;
        string user = Text(data, "user");
        string target = "#" + Text(data, "target");
        string by = Text(data, "by") is { Length: > 0 } who ? who : message.From;
        return "* " + (message.Kind == "system" ? Text(data, "type") : message.Kind) switch
        {
            "edit" => $"{message.From} edited {target}: {message.Text ?? Text(data, "text")}",
            "delete" => $"{message.From} deleted {target}",
            "reaction" => $"{message.From} {(IsOff(data) ? "took back" : "reacted")} {Text(data, "emoji")} to {target}",
            "pin" => $"{message.From} {(IsOff(data) ? "unpinned" : "pinned")} {target}",
            "created" => $"{message.From} created the group {Text(data, "title")}",
            "joined" => by.Length == 0 || by == user ? $"{user} joined" : $"{user} was let in by {by}",
            "left" => $"{user} left",
            "renamed" => $"{message.From} renamed the group to {Text(data, "title")}",
            "role" => $"{by} made {user} {Text(data, "role")}",
            { Length: > 0 } other when user.Length > 0 => $"{user}: {other} by {by}",
            { Length: > 0 } other => $"{message.From}: {other}",
            _ => message.Kind,
        };
    }

    private static bool IsOff(JsonElement data) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty("on", out JsonElement on) && on.ValueKind == JsonValueKind.False;

    private static string Text(JsonElement data, string name) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out JsonElement value) ? value.ToString() : "";
}
