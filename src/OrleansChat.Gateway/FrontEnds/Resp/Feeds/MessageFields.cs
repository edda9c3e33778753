using System.Globalization;
using System.Text.Json;
using OrleansChat.Feeds;

namespace OrleansChat.Gateway.FrontEnds.Resp.Feeds;

/// <summary>Messages as fields and values, the way back ends get them.</summary>
internal static class MessageFields
{
    /// <summary>Names that say who and where; no message brings its own.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal) { "uid", "tuid", "gid", "action", "text" };

    /// <summary>Whether a field says who or where, and so never is the sender's to set.</summary>
    public static bool IsIdentity(string field) => field is "uid" or "tuid" or "gid";

    /// <summary>An action between two people.</summary>
    public static IReadOnlyList<string> Of(FeedAction action) => ["uid", action.User, "tuid", action.To, "action", action.Name];

    /// <summary>A stored message. Null when it is not from the time given (0: any): another life of the log has another message there.</summary>
    public static IReadOnlyList<string>? Read(ReadOnlyMemory<byte> message, long at)
    {
        using JsonDocument json = JsonDocument.Parse(message);
        JsonElement root = json.RootElement;
        if (at != 0 && root.GetProperty("at").GetInt64() != at)
        {
            return null;
        }

        string from = root.GetProperty("from").GetString()!;
        bool known = ConversationId.TryParse(root.GetProperty("conversation").GetString(), out ConversationId id);
        var fields = new List<string>(12) { "uid", from };
        if (!known)
        {
            return null;
        }

        if (root.GetProperty("kind").ValueEquals("system"u8))
        {
            return ReadAction(fields, id, from, root.GetProperty("data"));
        }

        AddPlace(fields, id, from);
        if (root.TryGetProperty("text", out JsonElement text) && (text.GetString() is { Length: > 0 } || !root.TryGetProperty("data", out _)))
        {
            fields.Add("text");
            fields.Add(text.GetString()!);
        }

        if (root.TryGetProperty("data", out JsonElement data))
        {
            foreach (JsonProperty member in data.EnumerateObject().Where(member => !Reserved.Contains(member.Name)))
            {
                fields.Add(member.Name);
                fields.Add(Text(member.Value));
            }
        }

        foreach (string name in (string[])["replyTo", "attachments", "edited", "deleted"])
        {
            if (root.TryGetProperty(name, out JsonElement value))
            {
                fields.Add(name);
                fields.Add(Text(value));
            }
        }

        return fields;
    }

    /// <summary>The time of a stored message.</summary>
    public static long At(ReadOnlyMemory<byte> message) =>
        OrleansChat.Conversations.MessageJson.TryReadHead(message.Span, out OrleansChat.Conversations.MessageHead head) ? head.At : 0;

    private static List<string>? ReadAction(List<string> fields, ConversationId id, string from, JsonElement data)
    {
        string? action = data.GetProperty("type").GetString() switch
        {
            "joined" => "join",
            "left" or "kicked" or "banned" => "quit",
            _ => null,
        };
        if (action is null || !data.TryGetProperty("user", out JsonElement user))
        {
            return null;
        }

        fields[1] = user.GetString()!;
        AddPlace(fields, id, from);
        fields.Add("action");
        fields.Add(action);
        if (fields[1] != from)
        {
            fields.Add("by");
            fields.Add(from);
        }

        return fields;
    }

    private static void AddPlace(List<string> fields, ConversationId id, string from)
    {
        fields.Add(id.IsDirect ? "tuid" : "gid");
        fields.Add(id.IsDirect ? id.PeerOf(from) ?? string.Empty : id.GroupId!);
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number when value.TryGetInt64(out long number) => number.ToString(CultureInfo.InvariantCulture),
        _ => value.GetRawText(),
    };
}
