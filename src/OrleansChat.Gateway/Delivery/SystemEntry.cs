using System.Text.Json;
using OrleansChat.Conversations;

namespace OrleansChat.Gateway.Delivery;

/// <summary>What a system entry says about membership and settings.</summary>
/// <param name="Type">The value of <c>data.type</c>.</param>
/// <param name="User">The value of <c>data.user</c>; empty when none.</param>
internal readonly record struct SystemEntry(string Type, string User)
{
    /// <summary>Whether the entry ends its user's membership.</summary>
    public bool Removes => Type is "left" or "kicked" or "banned";

    /// <summary>Whether the entry ends the conversation.</summary>
    public bool Ends => Type is "deleted";

    /// <summary>Whether somebody may have come in.</summary>
    public bool Admits => Type is "joined" or "created";

    /// <summary>Whether it changes how its user sees the conversation.</summary>
    public bool ChangesUser => Type is "role" or "muted" or "unmuted";

    /// <summary>Whether it changes how everybody sees the conversation.</summary>
    public bool ChangesAll => Type is "renamed" or "updated";

    /// <summary>Reads an entry; null when it is not a system entry.</summary>
    public static SystemEntry? Read(ReadOnlyMemory<byte> message)
    {
        if (!MessageJson.TryReadHead(message.Span, out MessageHead head) || !head.Kind.SequenceEqual("system"u8))
        {
            return null;
        }

        using JsonDocument json = JsonDocument.Parse(message);
        return json.RootElement.TryGetProperty("data", out JsonElement data) && data.TryGetProperty("type", out JsonElement type)
            ? new SystemEntry(type.GetString() ?? string.Empty, data.TryGetProperty("user", out JsonElement user) ? user.GetString() ?? string.Empty : string.Empty)
            : null;
    }
}
